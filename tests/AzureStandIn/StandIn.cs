using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EncryptionService.AzureStandIn;

/// <summary>Key Vault and the managed identity endpoint on this machine: the documented protocols, real TLS, real keys.</summary>
/// <remarks>It knows nothing of the service. Whoever calls it must trust its certificate authority (<see cref="CaFile"/>); nothing needs to be switched off.</remarks>
public sealed class StandIn : IAsyncDisposable
{
    private readonly StandInOptions options;
    private readonly X509Certificate2 certificate;
    private readonly TokenIssuer issuer;
    private readonly VaultOperations operations;
    private readonly VaultDoor door;
    private readonly TlsFiles files;
    private WebApplication? vault;
    private WebApplication? identity;
    private int vaultPort;

    private StandIn(StandInOptions options)
    {
        this.options = options;
        Directory.CreateDirectory(options.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        files = new TlsFiles(options.Folder);
        certificate = files.Open(options.Host, options.Time);
        issuer = new TokenIssuer(options.Folder, options.Time);
        Keys = new KeyBook(Path.Combine(options.Folder, "keys.json"), options.Time);
        foreach (var name in options.WrappingKeys.Where(name => Keys.Find(name) is null))
        {
            Keys.Create(name, "RSA-HSM", 3072);
        }

        foreach (var name in options.SigningKeys.Where(name => Keys.Find(name) is null))
        {
            Keys.Create(name, "EC-HSM", 256);
        }

        Resource = options.Resource ?? $"https://{options.Host}";
        operations = new VaultOperations(Keys, options.Time) { Address = new Uri($"https://{options.Host}/") };
        door = new VaultDoor(operations, issuer, Faults, Calls, () => Resource);
    }

    public KeyBook Keys { get; }

    public Faults Faults { get; } = new();

    public CallLog Calls { get; } = new();

    public TokenIssuer Tokens => issuer;

    /// <summary>What the challenge names, and what tokens must be made out to.</summary>
    public string Resource { get; set; }

    public bool DisabledVersionsWrap
    {
        get => operations.DisabledVersionsWrap;
        set => operations.DisabledVersionsWrap = value;
    }

    /// <summary>Answers in the vault's place where it returns true.</summary>
    public Func<HttpContext, Task<bool>>? Intercept
    {
        get => door.Intercept;
        set => door.Intercept = value;
    }

    /// <summary>Answers in the identity endpoint's place where it returns true.</summary>
    public Func<HttpContext, Task<bool>>? InterceptIdentity { get; set; }

    /// <summary>Shown the body of every request to the vault.</summary>
    public Action<ReadOnlyMemory<byte>> Tap
    {
        get => door.Tap;
        set => door.Tap = value;
    }

    public Uri VaultUrl => operations.Address;

    public Uri IdentityEndpoint { get; private set; } = null!;

    public string IdentityHeader { get; private set; } = "";

    public string ClientId { get; private set; } = "";

    public string CaFile => files.Authority;

    public string CertFile => files.Certificate;

    public string KeyFile => files.Key;

    /// <summary>Starts both doors.</summary>
    public static async Task<StandIn> StartAsync(StandInOptions options, CancellationToken cancellationToken)
    {
        var standIn = new StandIn(options);
        try
        {
            await standIn.StartAsync(cancellationToken);
            return standIn;
        }
        catch
        {
            await standIn.DisposeAsync();
            throw;
        }
    }

    /// <summary>The vault stops listening: connections are refused.</summary>
    public async Task StopVaultAsync()
    {
        await StopAsync(vault);
        vault = null;
    }

    /// <summary>The vault listens again, at the same address.</summary>
    public async Task StartVaultAsync(CancellationToken cancellationToken)
    {
        vault = await ListenAsync(vaultPort, listen => listen.UseHttps(certificate), door.AnswerAsync, cancellationToken);
        vaultPort = PortOf(vault);
        operations.Address = new Uri($"https://{options.Host}:{vaultPort}/");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(vault);
        await StopAsync(identity);
        issuer.Dispose();
        certificate.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var file = Path.Combine(options.Folder, "identity.json");
        var known = File.Exists(file)
            ? JsonSerializer.Deserialize<Known>(await File.ReadAllBytesAsync(file, cancellationToken))!
            : new Known(0, 0, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), Guid.CreateVersion7(options.Time.GetUtcNow()).ToString());
        (IdentityHeader, ClientId) = (known.Header, known.ClientId);
        vaultPort = options.Port > 0 ? options.Port : known.VaultPort;
        await StartVaultAsync(cancellationToken);

        var tokens = new IdentityDoor(issuer, Faults, Calls, IdentityHeader, ClientId) { Intercept = context => InterceptIdentity?.Invoke(context) ?? Task.FromResult(false) };
        var control = new ControlDoor(Keys, Faults, Calls, IdentityHeader);
        identity = await ListenAsync(options.IdentityPort > 0 ? options.IdentityPort : known.IdentityPort, _ => { }, context => context.Request.Path.Value switch
        {
            IdentityDoor.Path => tokens.AnswerAsync(context),
            ControlDoor.Path => control.AnswerAsync(context),
            _ => NotFound(context),
        }, cancellationToken);
        IdentityEndpoint = new Uri($"http://{options.Host}:{PortOf(identity)}{IdentityDoor.Path}");
        OwnFiles.Write(file, JsonSerializer.SerializeToUtf8Bytes(known with { VaultPort = vaultPort, IdentityPort = PortOf(identity) }));
    }

    private async Task<WebApplication> ListenAsync(int port, Action<ListenOptions> configure, RequestDelegate answer, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.ListenOnAny ? IPAddress.Any : IPAddress.Loopback, port, configure);
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync(cancellationToken);
        return app;
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static int PortOf(WebApplication app) => new Uri(app.Urls.Single()).Port;

    private static async Task StopAsync(WebApplication? app)
    {
        if (app is null)
        {
            return;
        }

        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token); // does not wait for those that it keeps waiting
        await app.DisposeAsync();
    }

    private sealed record Known(int VaultPort, int IdentityPort, string Header, string ClientId);
}
