using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>Somebody to wrap a vault key for.</summary>
/// <param name="Member">The member.</param>
/// <param name="Key">The member's HPKE key; a checked point.</param>
public readonly record struct Recipient(MemberId Member, HpkeJwk Key);

/// <summary>An envelope that was made.</summary>
/// <param name="Member">The member.</param>
/// <param name="Kid">Thumbprint of the member's HPKE key.</param>
/// <param name="Jwe">The compact JWE.</param>
public readonly record struct WrappedEnvelope(MemberId Member, Thumbprint Kid, string Jwe);
