using System.Diagnostics;

namespace EncryptionService.Compliance;

/// <summary>Runs a process to its end and keeps what it said.</summary>
public static class ChildProcess
{
    /// <summary>Starts the process, feeds it, reads both outputs, waits; kills it with its children when the token fires.</summary>
    public static async Task<ProcessOutcome> Run(ProcessStartInfo start, string? input, CancellationToken cancellationToken)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        try
        {
            // Both outputs are read while it runs: a full pipe would stop it.
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await Feed(process, input, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ProcessOutcome(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task Feed(Process process, string? input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and outputs say why.
        }
    }
}
