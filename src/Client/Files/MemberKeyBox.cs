using System.Security.Cryptography;
using System.Text.Json;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client;

/// <summary>Both private keys of a member in a <see cref="KeyBox"/>, bound to organization and member.</summary>
public static class MemberKeyBox
{
    private const string Context = "eec-member-file/v1";

    /// <summary>Seals both keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="passphrase">The passphrase.</param>
    /// <param name="organization">The organization.</param>
    /// <param name="member">The member.</param>
    public static KeyBox Seal(MemberPrivateKeys keys, Passphrase passphrase, OrganizationId organization, MemberId member)
        => Seal(keys, passphrase, organization, member, KeyBox.DefaultIterations);

    /// <summary>The keys, to be disposed by the caller; null for another passphrase, or a box that was changed.</summary>
    /// <param name="box">The box.</param>
    /// <param name="passphrase">The passphrase.</param>
    /// <param name="organization">The organization.</param>
    /// <param name="member">The member.</param>
    public static MemberPrivateKeys? TryOpen(KeyBox box, Passphrase passphrase, OrganizationId organization, MemberId member)
    {
        ArgumentNullException.ThrowIfNull(box);
        ArgumentNullException.ThrowIfNull(passphrase);
        if (box.TryOpen(passphrase, KeyBox.Associated(Context, organization.Value, member.Value)) is not { } plaintext)
        {
            return null;
        }

        try
        {
            return Read(plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    internal static KeyBox Seal(MemberPrivateKeys keys, Passphrase passphrase, OrganizationId organization, MemberId member, int iterations)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(passphrase);
        var plaintext = GC.AllocateArray<byte>(2 * PrivateJwk.MaxLength, pinned: true);
        Span<byte> scalar = stackalloc byte[PrivateJwk.ScalarSize];
        try
        {
            var length = 0;
            Text("{\"hpke\":"u8, plaintext, ref length);
            keys.Hpke.Export(scalar);
            PrivateJwk.Append(keys.Public.Hpke.ToJson(), scalar, plaintext, ref length);
            Text(",\"sig\":"u8, plaintext, ref length);
            keys.ExportSigningKey(scalar);
            PrivateJwk.Append(keys.Public.Signing.ToJson(), scalar, plaintext, ref length);
            Text("}"u8, plaintext, ref length);
            return KeyBox.Seal(
                plaintext.AsSpan(0, length), passphrase, KeyBox.Associated(Context, organization.Value, member.Value), iterations);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    private static MemberPrivateKeys? Read(ReadOnlySpan<byte> text)
    {
        Span<byte> hpke = stackalloc byte[PrivateJwk.ScalarSize];
        Span<byte> signing = stackalloc byte[PrivateJwk.ScalarSize];
        try
        {
            var reader = new Utf8JsonReader(text);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject
                || !TryReadKey(ref reader, "hpke"u8, out var hpkeJwk, hpke) || !TryReadKey(ref reader, "sig"u8, out var signingJwk, signing)
                || !reader.Read() || reader.TokenType != JsonTokenType.EndObject || reader.BytesConsumed != text.Length
                || !MemberKeys.TryParse(hpkeJwk, signingJwk, out var expected, out _))
            {
                return null;
            }

            var keys = MemberPrivateKeys.TryImport(expected.Hpke.Suite, hpke, signing);
            if (keys is null || keys.Public.Equals(expected))
            {
                return keys;
            }

            keys.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(hpke);
            CryptographicOperations.ZeroMemory(signing);
        }
    }

    private static void Text(ReadOnlySpan<byte> text, Span<byte> destination, ref int length)
    {
        text.CopyTo(destination[length..]);
        length += text.Length;
    }

    private static bool TryReadKey(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, out string jwk, scoped Span<byte> scalar)
    {
        jwk = "";
        return reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(name)
            && PrivateJwk.TryRead(ref reader, out jwk, scalar);
    }
}
