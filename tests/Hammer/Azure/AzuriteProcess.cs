using System.Diagnostics;
using System.Text.RegularExpressions;
using EncryptionService.Hammer.Host;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Azure;

/// <summary>Azurite as a child process: append blobs over HTTPS, with bearer tokens.</summary>
internal sealed partial class AzuriteProcess : IAsyncDisposable
{
    // It ends when its standard input does, so it cannot outlive the run, however that ends.
    private const string Leash = "\"$@\" < /dev/null & child=$!; cat > /dev/null; kill $child; wait $child";

    private readonly Process process;
    private readonly Task said;

    private AzuriteProcess(Process process, Uri account, Recorder recorder)
    {
        this.process = process;
        said = KeepAsync(process.StandardOutput.BaseStream, recorder);
        Account = account;
    }

    /// <summary>The address of the storage account.</summary>
    public Uri Account { get; }

    /// <summary>Installs it, if that was not done yet, and starts it.</summary>
    /// <param name="data">Where it stores.</param>
    /// <param name="certificate">The certificate that it shows, as a file.</param>
    /// <param name="key">The certificate's key, as a file.</param>
    /// <param name="recorder">Where its output goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AzuriteProcess> StartAsync(DirectoryInfo data, string certificate, string key, Recorder recorder, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(HostBuild.Root().FullName, "tests", "Azurite");
        using (var install = Process.Start(new ProcessStartInfo("bash", [Path.Combine(folder, "install.sh")]) { RedirectStandardError = true })!)
        {
            var error = await install.StandardError.ReadToEndAsync(cancellationToken);
            await install.WaitForExitAsync(cancellationToken);
            if (install.ExitCode != 0)
            {
                throw new HammerException($"Azurite could not be installed: {error}");
            }
        }

        string[] arguments =
        [
            "-c", Leash, "sh", "node", Path.Combine(folder, "node_modules", "azurite", "dist", "src", "blob", "main.js"), "--blobHost", "127.0.0.1", "--blobPort", "0", "--oauth", "basic",
            "--cert", certificate, "--key", key, "--location", data.FullName, "--silent", "--skipApiVersionCheck", "--disableProductStyleUrl", "--disableTelemetry",
        ];
        var process = Process.Start(new ProcessStartInfo("sh", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listens().Match(line) is { Success: true } match)
            {
                return new AzuriteProcess(process, new Uri($"https://127.0.0.1:{match.Groups[1].Value}/devstoreaccount1"), recorder);
            }
        }

        throw new HammerException($"Azurite did not start: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(CancellationToken.None);
        await said;
        process.Dispose();
    }

    private static async Task KeepAsync(Stream output, Recorder recorder)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await output.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            recorder.Add("azurite.stdout", buffer.AsSpan(0, read));
        }
    }

    [GeneratedRegex(@"successfully listens on https://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listens();
}
