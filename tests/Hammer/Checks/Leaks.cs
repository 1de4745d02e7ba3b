using System.Security.Cryptography;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Checks;

/// <summary>Searches everything that the service sent, said or stored for the vault keys that members opened.</summary>
internal static class Leaks
{
    public static Check Search(IReadOnlyCollection<byte[]> keys, IReadOnlyCollection<FileInfo> files, out long searched)
    {
        ProveThatItFinds();
        var scan = new SecretScan(keys);
        var problems = files.Select(file => (file, found: scan.Count(file)))
            .Where(hit => hit.found > 0)
            .Select(hit => $"{hit.found} in {hit.file.Name}")
            .ToList();
        searched = scan.Scanned;
        if (keys.Count == 0 || searched == 0)
        {
            problems.Add("there was nothing to search, or nothing to search for");
        }

        return Check.Of(
            "No vault key in any post, answer, output or file",
            $"{keys.Count} keys in raw, hex, base64 and base64url, {searched / 1_000_000.0:F1} MB in {files.Count} files",
            problems);
    }

    /// <summary>A search that finds nothing proves nothing unless it finds what was planted.</summary>
    private static void ProveThatItFinds()
    {
        var planted = RandomNumberGenerator.GetBytes(32);
        foreach (var form in SecretScan.Forms(planted))
        {
            var text = RandomNumberGenerator.GetBytes(3_000_000);
            form.CopyTo(text, RandomNumberGenerator.GetInt32(text.Length - form.Length));
            using var stream = new MemoryStream(text);
            if (new SecretScan([planted]).Count(stream) == 0)
            {
                throw new HammerException("The search for vault keys does not find a planted one.");
            }
        }
    }
}
