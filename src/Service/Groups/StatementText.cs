using System.Text;
using EncryptionService.Formats;

namespace EncryptionService.Service.Groups;

/// <summary>A statement's hash from its text, where the text is authenticated already and nothing else of it is wanted.</summary>
internal static class StatementText
{
    /// <summary>SHA-256 of header and payload (docs/spec/envelope.md, section 6).</summary>
    public static Digest32 HashOf(string compact)
    {
        var end = compact.LastIndexOf('.');
        return end > 0 ? Digest32.Of(Encoding.ASCII.GetBytes(compact, 0, end)) : throw new InvalidDataException("a statement is no JWS");
    }
}
