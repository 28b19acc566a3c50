@echo off
rem build.cmd            the main job: the race of the optimizers (more arguments go to it)
rem build.cmd test       every test; the last line is their totals
rem build.cmd quick      the core's tests that take seconds, for work in between
rem build.cmd format     is the code formatted?    build.cmd format --fix formats it
rem build.cmd api        writes PublicAPI.Unshipped.txt anew from the code
rem build.cmd pack       makes the packages in artifacts/packages, looks into them and uses them
rem build.cmd setup or build
setlocal
cd /d "%~dp0"
set verb=%~1
if "%verb%"=="" set verb=race
set build=dotnet msbuild build/build.proj -nologo -v:minimal -tl:off

if "%verb%"=="setup" %build% -t:Setup & goto end
if "%verb%"=="build" %build% -t:Build & goto end
if "%verb%"=="api"   %build% -t:Api & goto end
if "%verb%"=="pack"  %build% -t:Pack & goto end
if "%verb%"=="libtorch" %build% -t:LibTorch & goto end
if "%verb%"=="test"   goto test
if "%verb%"=="quick"  goto test
if "%verb%"=="race"   goto race
if "%verb%"=="format" goto format
findstr /b "rem " "%~f0"
exit /b 2

:test
%build% -t:%verb%
set code=%errorlevel%
if exist artifacts\tests.txt type artifacts\tests.txt
exit /b %code%

:race
%build% -t:Setup || exit /b 1
shift
set arguments=
:more
if not "%~1"=="" set arguments=%arguments% %1& shift & goto more
dotnet run --project src/Optim.Functional.Cli -c Release -- race%arguments%
goto end

:format
if "%~2"=="--fix" (%build% -t:FormatFix) else (%build% -t:Format)

:end
exit /b %errorlevel%
