using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Benchmarks.World;

/// <summary>A folder for ledger and keys, a receiver, the core's call key, and the settings that tie a service to them.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private const string OrganizationText = "organization";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("encryption-service-benchmark-");
    private readonly ECDsa callKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private Scene(Receiver receiver) => Receiver = receiver;

    public Receiver Receiver { get; }

    public string LedgerPath => Path.Combine(folder.FullName, "ledger");

    public string LogPath => Path.Combine(folder.FullName, "service.log");

    [SuppressMessage("Reliability", "CA2000", Justification = "The scene takes the receiver over.")]
    public static async Task<Scene> SetAsync(CancellationToken cancellationToken) => new(await Receiver.StartAsync(cancellationToken));

    /// <summary>Settings as command line arguments.</summary>
    public string[] Settings(int grpcPort, int probePort) =>
    [
        $"--Service:OrganizationId={OrganizationText}",
        "--Service:EnrolmentToken=token",
        $"--Service:GrpcPort={grpcPort}",
        $"--Service:ProbePort={probePort}",
        "--Service:LoopbackOnly=true",
        $"--Keys:Path={Path.Combine(folder.FullName, "keys")}",
        $"--Ledger:Path={LedgerPath}",
        $"--Core:Url={Receiver.Address}",
        $"--Core:Id={Receiver.CoreId}",
        $"--Core:CallKey={SigningJwk.Of(callKey).ToJson()}",
    ];

    /// <summary>A bearer token for one call.</summary>
    public string Token(Thumbprint identity, string method, ReadOnlySpan<byte> message)
    {
        var now = TimeProvider.System.GetUtcNow();
        return JwsSigner.Sign(callKey, new CallToken
        {
            Organization = OrganizationId.TryParse(OrganizationText, out var organization) ? organization : throw new InvalidOperationException(),
            Audience = identity.ToString(),
            Method = method,
            Request = Digest32.Of(message),
            IssuedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = now.ToUnixTimeSeconds() + 300,
            Id = Guid.CreateVersion7(now).ToString("N"),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        callKey.Dispose();
        folder.Delete(recursive: true);
    }
}
