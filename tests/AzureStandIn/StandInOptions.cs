namespace EncryptionService.AzureStandIn;

/// <summary>How a stand-in is set up.</summary>
/// <param name="Folder">Keys, certificate, secrets and ports: a stand-in that starts there again is the same vault at the same address.</param>
public sealed record StandInOptions(string Folder)
{
    /// <summary>Port of the vault; 0: the one of the last start in this folder, or a free one.</summary>
    public int Port { get; init; }

    /// <summary>Port of the identity endpoint; 0: as <see cref="Port"/>.</summary>
    public int IdentityPort { get; init; }

    /// <summary>The host name by which others reach it; the certificate is made out to it and to localhost.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>True: listens on every address, for containers; else on loopback.</summary>
    public bool ListenOnAny { get; init; }

    /// <summary>What tokens for the vault are made out to; null: <c>https://</c> and the host.</summary>
    public string? Resource { get; init; }

    /// <summary>Names of the RSA keys that are made at the first start.</summary>
    public IReadOnlyList<string> WrappingKeys { get; init; } = ["wrapping-key"];

    /// <summary>Names of the P-256 keys that are made at the first start.</summary>
    public IReadOnlyList<string> SigningKeys { get; init; } = ["organization-key"];

    /// <summary>The clock for tokens and for the validity of keys.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
