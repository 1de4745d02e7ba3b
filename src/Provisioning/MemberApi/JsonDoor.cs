using EncryptionService.Formats;
using EncryptionService.Provisioning.Doors;

namespace EncryptionService.Provisioning.MemberApi;

/// <summary>Reads the bodies of this room's calls: one strict JSON object with texts in it.</summary>
internal static class JsonDoor
{
    /// <summary>Longest body (docs/spec/member.md, section 1), with room for what stands around the longest document.</summary>
    public const int MostBytes = 1024 * 1024 + 1024;

    private const int MostText = JwsTypes.MaxApproval;

    /// <summary>Reads a body of exactly these members.</summary>
    /// <returns>The texts in that order, or what to answer instead.</returns>
    public static async Task<(string[] Texts, Answer? Refusal)> ReadAsync(HttpContext context, params string[] names)
    {
        if (!RequestBody.IsJson(context.Request))
        {
            return ([], Answer.Problem(StatusCodes.Status415UnsupportedMediaType, "media-type", "The body must be application/json."));
        }

        var (body, refusal) = await RequestBody.ReadAsync(context, MostBytes);
        return refusal is null ? Read(body, names) : ([], refusal);
    }

    /// <summary>Reads bytes that were received already.</summary>
    public static (string[] Texts, Answer? Refusal) Read(byte[] body, params string[] names)
    {
        if (!StrictJson.TryRead(body, out var json, out var problem))
        {
            return ([], Answer.Malformed(problem));
        }

        var texts = Array.ConvertAll(names, name => json.Text(name, MostText));
        return json.TryFinish(out problem) ? (texts, null) : ([], Answer.Malformed($"does not fit: {problem}"));
    }
}
