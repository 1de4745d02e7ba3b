using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>Proof that a member with certain keys is in a roster: sibling hashes from the root downwards (envelope.md, section 7).</summary>
public sealed class RosterProof
{
    /// <summary>Most siblings.</summary>
    public const int MaxLength = 256;

    /// <summary>Takes siblings, root first.</summary>
    /// <exception cref="ArgumentException">There are more than 256.</exception>
    public RosterProof(IReadOnlyList<Digest32> siblings)
    {
        ArgumentNullException.ThrowIfNull(siblings);
        Siblings = siblings.Count <= MaxLength ? siblings : throw new ArgumentException("A proof has at most 256 siblings.", nameof(siblings));
    }

    /// <summary>Sibling hashes, root first.</summary>
    public IReadOnlyList<Digest32> Siblings { get; }

    /// <summary>True if the proof leads from the member's leaf to <paramref name="root"/>.</summary>
    public bool Verifies(Digest32 root, MemberId member, KeyIds keys) => Verify(root, member, keys, Siblings);

    /// <summary>True if <paramref name="siblings"/> lead from the member's leaf to <paramref name="root"/>.</summary>
    public static bool Verify(Digest32 root, MemberId member, KeyIds keys, IReadOnlyList<Digest32> siblings)
    {
        ArgumentNullException.ThrowIfNull(siblings);
        if (siblings.Count > MaxLength || keys.Alg is null)
        {
            return false;
        }

        var path = RosterHash.Path(member);
        var hash = RosterHash.Leaf(member, keys);
        for (var depth = siblings.Count - 1; depth >= 0; depth--)
        {
            hash = path.Bit(depth) ? RosterHash.Node(siblings[depth], hash) : RosterHash.Node(hash, siblings[depth]);
        }

        return hash == root;
    }

    /// <summary>Reads a JSON array of base64url strings.</summary>
    public static bool TryParse(string? json, [NotNullWhen(true)] out RosterProof? proof)
    {
        proof = null;
        if (json is null || json.Length > JwsTypes.MaxJws)
        {
            return false;
        }

        try
        {
            var element = JsonElement.Parse(json);
            if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > MaxLength)
            {
                return false;
            }

            var siblings = new List<Digest32>();
            foreach (var item in element.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.String || !Digest32.TryParse(item.GetString(), out var sibling))
                {
                    return false;
                }

                siblings.Add(sibling);
            }

            proof = new RosterProof(siblings);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The JSON array.</summary>
    public string ToJson() => $"[{string.Join(',', Siblings.Select(sibling => $"\"{sibling}\""))}]";
}
