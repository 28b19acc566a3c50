using System.Runtime.InteropServices;
using System.Text.Json;
using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

/// <summary>On a machine whose libraries are those that a test has put into its folder.</summary>
public sealed class DoctorTests : IDisposable
{
    static readonly string[] Keys = ["openblas", "mkl", "accelerate", "cuda", "torchsharp", "mpi", "native"];

    /// <summary>A library that can be loaded everywhere, and is none of those looked for.</summary>
    static readonly string Other = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(),
        OperatingSystem.IsWindows() ? "System.IO.Compression.Native.dll"
        : OperatingSystem.IsMacOS() ? "libSystem.Native.dylib"
        : "libSystem.Native.so");

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    Answer Run(string options, params (string Key, string Names)[] libraries)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var around = new Surroundings(variable => variable switch
        {
            "PATH" or "NUGET_PACKAGES" => shell.Path("."),
            _ => libraries.FirstOrDefault(l => variable == $"OPTIM_DOCTOR_{l.Key.ToUpperInvariant()}").Names ?? shell.Path("absent.so"),
        });
        string[] args = ["--seconds", "0", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var code = DoctorCommand.Run(args, new(output, error, Interactive: false, TestContext.Current.CancellationToken), around);
        return new(code, output.ToString(), error.ToString());
    }

    JsonElement Library(string key, params (string Key, string Names)[] libraries)
    {
        var answer = Run("--json", libraries);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        return JsonDocument.Parse(answer.Out).RootElement.GetProperty("libraries").EnumerateArray()
            .Single(l => l.GetProperty("key").GetString() == key);
    }

    void Refused(string key, string file, string wanted)
    {
        var library = Library(key, (key, file));
        Assert.False(library.GetProperty("found").GetBoolean());
        Assert.Contains(wanted, library.GetProperty("text").GetString());
    }

    [Fact]
    public void Where_there_is_nothing_each_library_says_so_and_what_would_bring_it()
    {
        var answer = Run("");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Equal(Keys.Length, answer.Out.Split('\n').Count(line => line.Contains("  -  ")));
        Assert.DoesNotContain("found", answer.Out);
        if (OperatingSystem.IsLinux()) Assert.Contains("\n  MPI               sudo ", answer.Out);
        Assert.All(answer.Out.Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 100));
    }

    [Fact]
    public void The_machine_says_its_lanes_threads_and_memory()
    {
        var text = Run("").Out;
        Assert.Matches(@"\n  lanes +(\d+ bits: \d+ floats or \d+ doubles at a time|none )", text);
        Assert.Matches($@"\n  threads +{Environment.ProcessorCount} ", text);
        Assert.Matches(@"\n  memory +[\d.]+ [GM]iB", text);
        Assert.Matches(@"\n  bandwidth +not measured", text);
        Assert.Matches(@"\n  huge pages +\w+", text);
    }

    [Fact]
    public void Json_has_the_same_for_programs()
    {
        var root = JsonDocument.Parse(Run("--json").Out).RootElement;
        Assert.Equal(Execution.Default.LaneBits, root.GetProperty("machine").GetProperty("lane_bits").GetInt32());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("machine").GetProperty("bandwidth").ValueKind);
        Assert.Equal(Keys, root.GetProperty("libraries").EnumerateArray().Select(l => l.GetProperty("key").GetString()));
    }

    public static TheoryData<string> Libraries => [.. Keys];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_text_file_an_empty_one_and_a_folder_are_no_libraries(string key)
    {
        var name = key == "torchsharp" ? "libtorch" : key;
        File.WriteAllText(shell.Path("libtext.so"), "this is no library, but it is longer than the header of one:" + new string('.', 5000));
        File.WriteAllText(shell.Path("libempty.so"), "");
        foreach (var file in new[] { shell.Path("libtext.so"), shell.Path("libempty.so"), shell.Path(".") })
        {
            var library = Library(key, (name, file));
            Assert.False(library.GetProperty("found").GetBoolean());
            var wanted = key == "native" ? "is not loaded: " : "is there, but cannot be loaded: ";
            Assert.Contains($"{file} {wanted}", library.GetProperty("text").GetString());
        }
    }

    [Theory]
    [InlineData("openblas", "has no cblas_dgemm, cblas_sgemm"), InlineData("mkl", "has no cblas_dgemm, cblas_sgemm")]
    [InlineData("cuda", "has no cuInit, "), InlineData("mpi", "has no MPI_Init, MPI_Allreduce")]
    public void Another_library_of_that_name_is_not_it(string key, string wanted) =>
        Refused(key, Other, $"{Other} is there, but {wanted}");

    [Fact]
    public void TorchSharp_needs_both_libraries() =>
        Assert.Contains($"libtorch is there ({Other}), but: ", Library("torchsharp", ("libtorch", Other)).GetProperty("text").GetString());

    [Fact]
    public void What_is_required_and_missing_is_the_exit_code_and_a_line_each()
    {
        var answer = Run("--require openblas,CUDA");
        Assert.Equal(Tool.Broken, answer.Code);
        Assert.Equal(
            [
                $"optim: doctor: openblas is required and not found: there is no {shell.Path("absent.so")}.",
                $"optim: doctor: cuda is required and not found: there is no {shell.Path("absent.so")}.",
            ],
            answer.Error.TrimEnd().Split(Environment.NewLine));
        Assert.Contains("OpenBLAS", answer.Out);
    }

    [Fact]
    public void A_name_that_is_none_is_a_mistake() => Assert.Equal(
        "optim: --require: got 'openblass', wanted one of " + string.Join(", ", Keys) + "; did you mean 'openblas'.",
        shell.Refusal("doctor --require openblass"));

    [Fact]
    public void A_stop_ends_it() => Assert.Equal(Tool.Interrupted, shell.Stopped("doctor").Code);

    [Fact]
    public void The_help_names_what_can_be_required() =>
        Assert.All(Keys, key => Assert.Contains($"\n  {key,-10}  ", shell.Run("doctor --help").Out.ReplaceLineEndings("\n")));

    [Theory]
    [InlineData("always [madvise] never", "madvise"), InlineData("[always] madvise never", "always")]
    [InlineData("", null), InlineData(null, null)]
    public void The_setting_of_huge_pages_is_the_word_in_brackets(string? text, string? wanted) =>
        Assert.Equal(wanted, Machine.Chosen(text));

    [Fact]
    public void Memory_is_gone_through_at_some_speed()
    {
        var measured = Bandwidth.Measure(0.02, cache: 0);
        Assert.InRange(measured.OneThread, 0.1, 10_000);
        Assert.InRange(measured.AllThreads, 0.1, 10_000);
    }

    /// <summary>In a process of its own, since it loads what this machine has.</summary>
    [Fact]
    public async Task On_this_machine_it_ends_well()
    {
        var text = await Programs.Run("dotnet", Path.Combine(AppContext.BaseDirectory, "optim.dll"), "doctor", "--seconds", "0.1");
        Assert.Matches(@"bandwidth +[\d.]+ GB/s on \d+ threads, [\d.]+ on one", text);
        string[] names = ["OpenBLAS", "Intel MKL", "Apple Accelerate", "CUDA driver", "TorchSharp", "MPI", "Native provider"];
        Assert.All(names, name => Assert.Contains($"\n  {name} ", text));
    }

    [Fact]
    public void OpenBLAS_says_its_version_kernels_and_threads()
    {
        var file = Compiled("""
            void cblas_dgemm(void) {} void cblas_sgemm(void) {}
            const char* openblas_get_config(void) { return "OpenBLAS 9.8.7 DYNAMIC_ARCH MAX_THREADS=64"; }
            const char* openblas_get_corename(void) { return "Abacus"; }
            int openblas_get_num_threads(void) { return 6; }
            """);
        var names = $"{shell.Path("absent.so")}{Path.PathSeparator}{file}";
        Found(Library("openblas", ("openblas", names)), file, "9.8.7", "Abacus kernels, 6 threads");
        Assert.Equal(Tool.Done, Run("--require openblas", ("openblas", file)).Code);
    }

    [Fact]
    public void An_OpenBLAS_that_says_nothing_of_itself_is_found_too()
    {
        var file = Compiled("void cblas_dgemm(void) {} void cblas_sgemm(void) {} const char* openblas_get_config(void) { return 0; }");
        Found(Library("openblas", ("openblas", file)), file, null, "has cblas_dgemm");
    }

    const string Cuda = """
        #include <string.h>
        int cuInit(unsigned flags) { return INIT; }
        int cuDriverGetVersion(int* v) { *v = 12040; return 0; }
        int cuDeviceGetCount(int* n) { *n = COUNT; return 0; }
        int cuDeviceGet(int* d, int i) { *d = 40 + i; return 0; }
        int cuDeviceGetName(char* to, int n, int d) { strncpy(to, d == 40 ? "Abacus 100" : "Abacus 200", n); return 0; }
        int cuDeviceTotalMem_v2(size_t* to, int d) { *to = 3ull << 30; return 0; }
        int cuDeviceGetAttribute(int* to, int what, int d) { *to = what == 75 ? 9 : what == 76 ? d - 40 : -1; return 0; }
        int cuGetErrorName(int e, const char** to) { *to = "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"; return 0; }
        """;

    [Fact]
    public void The_driver_names_its_devices()
    {
        var file = Compiled(Cuda, "-DINIT=0", "-DCOUNT=2");
        Found(Library("cuda", ("cuda", file)), file, "CUDA 12.4", "0: Abacus 100, 3 GiB, sm_90; 1: Abacus 200, 3 GiB, sm_91");
    }

    [Theory]
    [InlineData("-DINIT=100", "-DCOUNT=0", "the driver is there, but sees no device")]
    [InlineData("-DINIT=0", "-DCOUNT=0", "the driver is there, but sees no device")]
    [InlineData("-DINIT=803", "-DCOUNT=1", "the driver is there, but cuInit says CUDA_ERROR_SYSTEM_DRIVER_MISMATCH (803)")]
    public void A_driver_without_a_device_is_not_found(string init, string count, string wanted) =>
        Refused("cuda", Compiled(Cuda, init, count), wanted);

    [Fact]
    public void MPI_says_its_version_and_needs_its_launcher()
    {
        var file = Compiled("""
            #include <string.h>
            void MPI_Init(void) {} void MPI_Allreduce(void) {}
            int MPI_Get_library_version(char* to, int* n) { strcpy(to, "Abacus MPI v1.2, package: x"); *n = strlen(to); return 0; }
            """);
        Refused("mpi", file, "the library is there, but no mpirun on the PATH");
        var launcher = shell.Path(OperatingSystem.IsWindows() ? "mpirun.exe" : "mpirun");
        File.WriteAllText(launcher, "");
        var library = Library("mpi", ("mpi", file));
        Found(library, file, "Abacus MPI v1.2", $"started by {library.GetProperty("text").GetString()!["started by ".Length..]}");
        Assert.EndsWith("mpirun" + Path.GetExtension(launcher), library.GetProperty("text").GetString());
    }

    static void Found(JsonElement library, string file, string? version, string text) => Assert.Equal(
        (true, file, version, text, null),
        (library.GetProperty("found").GetBoolean(), library.GetProperty("file").GetString(), library.GetProperty("version").GetString(),
            library.GetProperty("text").GetString(), library.GetProperty("get").GetString()));

    /// <summary>A library made of C.</summary>
    string Compiled(string source, params string[] options)
    {
        var compiler = Surroundings.Process.Command("cc");
        Assert.SkipWhen(compiler is null, "there is no C compiler, cc, on the PATH to make a library with");
        var (code, library) = (shell.Path("library.c"), shell.Path("library.so"));
        File.WriteAllText(code, source);
        using var process = System.Diagnostics.Process.Start(compiler!, [.. options, "-shared", "-fPIC", "-o", library, code]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return library;
    }
}
