using System.Text;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>Looks for secrets in everything that leaves: raw, hexadecimal, base64 and base64url at every alignment.</summary>
internal sealed class Canary
{
    private readonly List<(string Name, byte[] Needle)> needles = [];

    /// <summary>How many secrets it knows.</summary>
    public int Secrets { get; private set; }

    public void Learn(string name, ReadOnlySpan<byte> secret)
    {
        Secrets++;
        needles.Add(($"{name}, raw", secret.ToArray()));
        needles.Add(($"{name}, hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexString(secret))));
        needles.Add(($"{name}, hexadecimal", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret))));
        for (var cut = 0; cut < 3; cut++)
        {
            // Whatever stands around it: three bytes make four characters, so the middle is the same at one of three alignments.
            var middle = secret[cut..][..((secret.Length - cut) / 3 * 3)];
            var text = Convert.ToBase64String(middle);
            needles.Add(($"{name}, base64", Encoding.ASCII.GetBytes(text)));
            needles.Add(($"{name}, base64url", Encoding.ASCII.GetBytes(text.Replace('+', '-').Replace('/', '_'))));
        }
    }

    /// <summary>The secrets found in a text, in both of its likely encodings.</summary>
    public IReadOnlyList<string> Find(string text) => [.. Find(Encoding.UTF8.GetBytes(text)), .. Find(Encoding.Latin1.GetBytes(text))];

    /// <summary>The secrets found in these bytes.</summary>
    public IReadOnlyList<string> Find(ReadOnlySpan<byte> bytes)
    {
        var found = new List<string>();
        foreach (var (name, needle) in needles)
        {
            if (bytes.IndexOf(needle) >= 0)
            {
                found.Add(name);
            }
        }

        return found;
    }
}
