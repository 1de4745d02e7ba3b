using System.Diagnostics.CodeAnalysis;
using EncryptionService.Formats;

namespace EncryptionService.Provisioning.Envelopes;

/// <summary>One envelope of a post, with what was said beside it.</summary>
internal readonly record struct PostedEnvelope(string Member, string Kid, Envelope Envelope);

/// <summary>A post of the service (docs/spec/core.md, section 3), read but for its statement.</summary>
internal sealed record GroupPost(string Statement, ulong Epoch, ulong Generation, IReadOnlyList<PostedEnvelope> Envelopes)
{
    /// <summary>Most envelopes in one post.</summary>
    public const int MostEnvelopes = 1_000;

    /// <summary>Reads a post.</summary>
    public static bool TryRead(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out GroupPost? post, out string problem)
    {
        post = null;
        if (!StrictJson.TryRead(utf8, out var json, out problem))
        {
            return false;
        }

        var statement = json.Text("statement", JwsTypes.MaxJws);
        var epoch = json.Number("epoch");
        var generation = json.Number("generation");
        var envelopes = new List<PostedEnvelope>();
        var seen = new HashSet<(string, string)>();
        foreach (var item in json.NestedList("envelopes", MostEnvelopes))
        {
            var (member, kid, jwe) = (item.Text("member", IdText.MaxLength), item.Text("kid", IdText.MaxLength), item.Text("jwe", JwsTypes.MaxEnvelope));
            item.Close();
            if (!Envelope.TryParse(jwe, out var envelope, out var error))
            {
                json.Fail("envelopes", $"holds something that {error}");
                break;
            }

            if (!seen.Add((member, kid)))
            {
                json.Fail("envelopes", "names the same member and key twice");
                break;
            }

            envelopes.Add(new PostedEnvelope(member, kid, envelope));
        }

        post = new GroupPost(statement, epoch, generation, envelopes);
        if (json.TryFinish(out problem))
        {
            return true;
        }

        post = null;
        return false;
    }
}
