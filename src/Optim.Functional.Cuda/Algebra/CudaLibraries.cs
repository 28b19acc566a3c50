namespace Optim.Functional.Cuda;

/// <summary>cuBLAS, and cuSOLVER where it is there, on a device. A call holds <see cref="Turn"/> as long as it works.</summary>
/// <param name="device">The device.</param>
/// <param name="blas">cuBLAS.</param>
/// <param name="solver">cuSOLVER, or null.</param>
sealed class CudaLibraries(CudaDevice device, Cublas blas, Cusolver? solver) : IDisposable
{
    nint ofBlas, ofSolver;

    public CudaDevice Device => device;

    public Cublas Blas => blas;

    public Cusolver? Solver => solver;

    public Lock Turn { get; } = new();

    /// <summary>From so many multiplications on a call goes to the device.</summary>
    public double Least { get; set; }

    public bool Takes(double multiplications) => multiplications > 0 && multiplications >= Least;

    /// <summary>cuBLAS's handle, on the device's stream; the context must be the thread's.</summary>
    public nint BlasHandle
    {
        get
        {
            if (ofBlas == 0) Check(blas.Create(out ofBlas), "cublasCreate");
            Check(blas.SetStream(ofBlas, device.Stream), "cublasSetStream");
            return ofBlas;
        }
    }

    nint SolverHandle
    {
        get
        {
            if (ofSolver == 0) Check(solver!.Create(out ofSolver), "cusolverDnCreate");
            Check(solver!.SetStream(ofSolver, device.Stream), "cusolverDnSetStream");
            return ofSolver;
        }
    }

    public CudaWork Work(out nint handle)
    {
        var work = new CudaWork(device);
        try { handle = BlasHandle; }
        catch
        {
            work.Dispose();
            throw;
        }
        return work;
    }

    public CudaWork WorkOfSolver(out nint handle)
    {
        var work = new CudaWork(device);
        try { handle = SolverHandle; }
        catch
        {
            work.Dispose();
            throw;
        }
        return work;
    }

    /// <summary>C ← αAB + βC of matrices that lie on the device, put on its stream. To cuBLAS, which reads columns, a matrix in rows
    /// is the transposed one: Cᵀ = BᵀAᵀ.</summary>
    public unsafe void Multiply<T>(double α, MatrixPlace<T> a, MatrixPlace<T> b, double β, MatrixPlace<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CudaProducts.Check(a, b, c);
        if (c.Transposed) (a, b, c) = (b.Transpose, a.Transpose, c.Transpose);
        if (c.Rows == 0 || c.Columns == 0) return;
        var (αs, βs) = (T.CreateTruncating(α), T.CreateTruncating(β));
        // Of matrices without columns it wants a row's length of at least 1.
        var (ofB, ldb) = (b.Transposed ? Read.Transposed : Read.AsItIs, Math.Max(1, b.Transposed ? b.Rows : b.Columns));
        var (ofA, lda) = (a.Transposed ? Read.Transposed : Read.AsItIs, Math.Max(1, a.Transposed ? a.Rows : a.Columns));
        lock (Turn)
        {
            using var within = device.Enter();
            var status = blas.Multiply(
                NumberKinds.Of<T>(), BlasHandle, ofB, ofA, c.Columns, c.Rows, a.Columns,
                &αs, b.Data.Address, ldb, a.Data.Address, lda, &βs, c.Data.Address, c.Columns);
            Check(status, "cublasgemm");
        }
        GC.KeepAlive(a.Data.Owner);
        GC.KeepAlive(b.Data.Owner);
        GC.KeepAlive(c.Data.Owner);
    }

    /// <summary>cuBLAS's version: 120405 is 12.4.5.</summary>
    public int Version
    {
        get
        {
            lock (Turn)
            {
                using var work = Work(out var handle);
                Check(blas.Version(handle, out var version), "cublasGetVersion");
                return version;
            }
        }
    }

    /// <summary>Throws where a function of the libraries has failed.</summary>
    public void Check(int status, string function)
    {
        if (status != 0) throw Fault.Library(device.Name, function, status);
    }

    public void Dispose()
    {
        lock (Turn)
        {
            if (device.Lifetime.HasEnded) return;
            using var within = device.Enter();
            if (ofBlas != 0) blas.Destroy(ofBlas);
            if (ofSolver != 0) solver!.Destroy(ofSolver);
            (ofBlas, ofSolver) = (0, 0);
        }
    }
}
