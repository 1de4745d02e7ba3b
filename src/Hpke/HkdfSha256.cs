using System.Security.Cryptography;

namespace EncryptionService.Hpke;

/// <summary>HKDF-SHA256 (RFC 5869) and its labeled forms (RFC 9180 section 4) for everything outside the sealing kernel.</summary>
internal static class HkdfSha256
{
    internal static ReadOnlySpan<byte> Version => "HPKE-v1"u8;

    internal static byte[] KemSuiteId(HpkeSuite suite) => [.. "KEM"u8, 0, (byte)suite.KemId];

    internal static byte[] SuiteId(HpkeSuite suite) => [.. "HPKE"u8, 0, (byte)suite.KemId, 0, (byte)suite.KdfId, 0, (byte)suite.AeadId];

    internal static void Extract(HmacSha256 hmac, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> ikm, Span<byte> prk)
    {
        hmac.SetKey(salt);
        hmac.Begin();
        hmac.Append(ikm);
        hmac.Finish(prk);
    }

    internal static void Expand(HmacSha256 hmac, ReadOnlySpan<byte> prk, ReadOnlySpan<byte> info, Span<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(output.Length, 255 * HmacSha256.Size);
        Span<byte> block = stackalloc byte[HmacSha256.Size];
        hmac.SetKey(prk);
        byte counter = 0;
        for (var done = 0; done < output.Length;)
        {
            hmac.Begin();
            if (counter > 0)
            {
                hmac.Append(block);
            }

            hmac.Append(info);
            counter++;
            hmac.Append([counter]);
            hmac.Finish(block);
            var size = Math.Min(block.Length, output.Length - done);
            block[..size].CopyTo(output[done..]);
            done += size;
        }

        CryptographicOperations.ZeroMemory(block);
    }

    internal static void LabeledExtract(
        HmacSha256 hmac, ReadOnlySpan<byte> suiteId, ReadOnlySpan<byte> label, ReadOnlySpan<byte> ikm, Span<byte> prk)
    {
        hmac.SetKey([]);
        hmac.Begin();
        hmac.Append(Version);
        hmac.Append(suiteId);
        hmac.Append(label);
        hmac.Append(ikm);
        hmac.Finish(prk);
    }

    /// <summary>The info of LabeledExpand: length, version, suite, label, and what the label speaks about.</summary>
    internal static byte[] LabeledInfo(ReadOnlySpan<byte> suiteId, ReadOnlySpan<byte> label, ReadOnlySpan<byte> info, int size) =>
        [(byte)(size >> 8), (byte)size, .. Version, .. suiteId, .. label, .. info];
}
