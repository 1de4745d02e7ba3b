using System.Text.Json;

namespace EncryptionService.Formats;

/// <summary>Key ids as JSON members, in writing order (envelope.md, section 9).</summary>
internal static class KeyIdsJson
{
    public static void WriteKeyIds(this Utf8JsonWriter json, KeyIds ids)
    {
        json.WriteString("hpke", ids.Hpke.ToString());
        json.WriteString("alg", ids.Alg);
        json.WriteString("sig", ids.Signing.ToString());
    }
}
