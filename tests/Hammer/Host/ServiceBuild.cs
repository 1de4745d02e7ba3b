using System.Diagnostics;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Host;

/// <summary>Builds the service. The hammer knows it as a program only.</summary>
internal static class ServiceBuild
{
    private const string Project = "src/Service/EncryptionService.Service.csproj";

    /// <summary>The folder that holds EncryptionService.sln.</summary>
    public static DirectoryInfo Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EncryptionService.sln")))
            {
                return folder;
            }
        }

        throw new HammerException("No folder above the hammer holds EncryptionService.sln.");
    }

    /// <summary>Builds in Release and says where the program is.</summary>
    public static async Task<FileInfo> BuildAsync(CancellationToken cancellationToken)
    {
        var project = Path.Combine(Root().FullName, Project);
        await DotnetAsync(["build", project, "-c", "Release", "-v", "quiet", "--nologo"], cancellationToken);
        var path = await DotnetAsync(["msbuild", project, "-p:Configuration=Release", "-getProperty:TargetPath"], cancellationToken);
        return new FileInfo(path.Trim());
    }

    private static async Task<string> DotnetAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new HammerException("dotnet did not start.");
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : throw new HammerException($"The service does not build:\n{output}{await error}");
    }
}
