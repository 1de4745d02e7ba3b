using EncryptionService.Formats;

namespace EncryptionService.Service.Trust;

/// <summary>The ledger's memory of one member's keys.</summary>
/// <param name="Member">Whose keys.</param>
/// <param name="Keys">The keys; authenticated by the ledger.</param>
/// <param name="Counter">1 for the first keys, one more for every change.</param>
internal sealed record Pin(MemberId Member, MemberKeys Keys, ulong Counter);
