using System.Diagnostics;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Host;

/// <summary>Builds the hosts. The hammer knows them as programs only.</summary>
internal static class HostBuild
{
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

    public static Task<FileInfo> ServiceAsync(CancellationToken cancellationToken) => BuildAsync("src/Service/EncryptionService.Service.csproj", cancellationToken);

    public static Task<FileInfo> CoreAsync(CancellationToken cancellationToken) => BuildAsync("src/Provisioning/EncryptionService.Provisioning.csproj", cancellationToken);

    /// <summary>Builds in Release and says where the program is.</summary>
    private static async Task<FileInfo> BuildAsync(string path, CancellationToken cancellationToken)
    {
        var project = Path.Combine(Root().FullName, path);
        await DotnetAsync(["build", project, "-c", "Release", "-v", "quiet", "--nologo"], cancellationToken);
        var target = await DotnetAsync(["msbuild", project, "-p:Configuration=Release", "-getProperty:TargetPath"], cancellationToken);
        return new FileInfo(target.Trim());
    }

    private static async Task<string> DotnetAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new HammerException("dotnet did not start.");
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? output : throw new HammerException($"It does not build:\n{output}{await error}");
    }
}
