using EncryptionService.Formats;

namespace EncryptionService.Envelopes;

/// <summary>What a client remembers of a group, so that nobody can take it back (envelope.md, section 11). Public; its integrity matters.</summary>
/// <param name="Revision">Revision of the head.</param>
/// <param name="Hash">Hash of the head.</param>
/// <param name="Epoch">Epoch of the head.</param>
/// <param name="Generation">Generation of the identity that signed the head.</param>
/// <param name="StrongestSuite">The strongest suite seen for the group.</param>
public sealed record GroupMemory(ulong Revision, Digest32 Hash, ulong Epoch, ulong Generation, Suite StrongestSuite);
