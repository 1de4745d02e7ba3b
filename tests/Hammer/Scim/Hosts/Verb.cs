using System.Diagnostics;
using EncryptionService.Hammer.Report;

namespace EncryptionService.Hammer.Scim.Hosts;

/// <summary>What a verb printed and how it ended.</summary>
internal sealed record VerbResult(int Code, string Output, string Error);

/// <summary>Runs a verb of a host's program, as an administrator types it.</summary>
internal static class Verb
{
    /// <summary>What it printed; breaks the run off unless it exits 0.</summary>
    public static async Task<string> RunAsync(
        FileInfo program, DirectoryInfo folder, IReadOnlyDictionary<string, string> settings, string[] arguments, CancellationToken cancellationToken)
    {
        var result = await TryAsync(program, folder, settings, arguments, cancellationToken);
        return result.Code == 0
            ? result.Output
            : throw new HammerException($"'{string.Join(' ', arguments)}' exited with {result.Code}: {result.Error.Trim()} {result.Output.Trim()}");
    }

    public static async Task<VerbResult> TryAsync(
        FileInfo program, DirectoryInfo folder, IReadOnlyDictionary<string, string> settings, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", [program.FullName, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.FullName,
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new HammerException($"{program.Name} did not start.");
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return new VerbResult(process.ExitCode, output, await error);
    }
}
