using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>A leaf of a roster: a member with the keys of that stay.</summary>
internal sealed record RosterStay(MemberId Member, KeyIds Keys) : IRosterEntry;
