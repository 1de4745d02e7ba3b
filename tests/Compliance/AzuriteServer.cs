using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace EncryptionService.Compliance;

/// <summary>A storage of its own: Azurite in a process that ends with this one, over HTTPS with bearer tokens.</summary>
internal sealed partial class AzuriteServer : IAsyncDisposable
{
    // It ends when its standard input does, so it cannot outlive whoever started it.
    private const string Leash = "\"$@\" < /dev/null & child=$!; cat > /dev/null; kill $child; wait $child";

    private readonly DirectoryInfo folder;
    private readonly TestAuthority authority;
    private readonly HttpClientTransport transport;
    private Process? process;
    private int port;
    private int containers;

    private AzuriteServer(DirectoryInfo folder)
    {
        this.folder = folder;
        authority = new TestAuthority(folder.FullName, TimeProvider.System);
        transport = new HttpClientTransport(NewHandler());
    }

    /// <summary>Who may do everything.</summary>
    public static AzuriteCredential Credential { get; } = new(TimeProvider.System);

    /// <summary>The file that a child process names in <c>SSL_CERT_FILE</c>.</summary>
    public string CaFile => authority.CaFile;

    /// <summary>The address of the account.</summary>
    public Uri BlobUrl => new($"https://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/devstoreaccount1");

    private static string Program => RepositoryRoot.Combine("tests", "Azurite", "node_modules", "azurite", "dist", "src", "blob", "main.js");

    /// <summary>Why there can be no storage here; null: there can.</summary>
    public static async Task<string?> WhyNotAsync(CancellationToken cancellationToken)
    {
        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!Array.TrueForAll(["node", "npm"], tool => paths.Any(path => File.Exists(Path.Combine(path, tool)))))
        {
            return "Azurite needs node and npm, which are not installed.";
        }

        var install = await ChildProcess.Run(new ProcessStartInfo("bash", [RepositoryRoot.Combine("tests", "Azurite", "install.sh")]), null, cancellationToken);
        return install.ExitCode == 0 ? null : $"Azurite could not be installed: {install.Error}";
    }

    /// <summary>Starts one. What it stores survives <see cref="StopAsync"/>, and ends with the object.</summary>
    public static async Task<AzuriteServer> StartAsync(CancellationToken cancellationToken)
    {
        var server = new AzuriteServer(Directory.CreateTempSubdirectory("azurite-"));
        await server.ResumeAsync(cancellationToken);
        return server;
    }

    /// <summary>A transport that trusts it.</summary>
    public SocketsHttpHandler NewHandler() => authority.NewHandler();

    /// <summary>Makes a container of its own for a test.</summary>
    public async Task<Uri> NewContainerAsync(CancellationToken cancellationToken)
    {
        var client = Container(new Uri($"{BlobUrl}/ledger-{Interlocked.Increment(ref containers).ToString(CultureInfo.InvariantCulture)}"));
        await client.CreateAsync(cancellationToken: cancellationToken);
        return client.Uri;
    }

    /// <summary>The storage library's own client for a container, to look at it and to meddle with it.</summary>
    public BlobContainerClient Container(Uri container) => new(
        container, Credential, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2024_11_04) { Transport = transport });

    /// <summary>Starts it again, at the same address and with what it stored.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "-c", Leash, "sh", "node", Program, "--blobHost", "127.0.0.1", "--blobPort", port.ToString(CultureInfo.InvariantCulture), "--oauth", "basic",
            "--cert", authority.CertificateFile, "--key", authority.KeyFile, "--location", Path.Combine(folder.FullName, "data"),
            "--silent", "--skipApiVersionCheck", "--disableProductStyleUrl", "--disableTelemetry",
        ];
        process = Process.Start(new ProcessStartInfo("sh", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (Listens().Match(line) is { Success: true } match)
            {
                port = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                _ = process.StandardOutput.ReadToEndAsync(cancellationToken); // a full pipe would stop it
                return;
            }
        }

        throw new InvalidOperationException($"Azurite did not start: {await errors}");
    }

    /// <summary>Ends it; what it stored stays.</summary>
    public async Task StopAsync()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            process = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        transport.Dispose();
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"successfully listens on https://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listens();
}
