using System.Runtime.InteropServices;

namespace EncryptionService.Hpke.Native;

/// <summary>OpenSSL's <c>OSSL_PARAM</c> for octet strings; a zeroed element ends a list.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OpenSslParameter
{
    private const uint OctetString = 5;

    private byte* name;
    private uint type;
    private byte* data;
    private nuint size;
    private nuint returned;

    internal static OpenSslParameter Octets(byte* name, byte* data, int size) => new()
    {
        name = name,
        type = OctetString,
        data = data,
        size = (nuint)size,
        returned = nuint.MaxValue,
    };
}
