using System.Security.Cryptography;
using System.Text;
using EncryptionService.Provisioning.Admin.Qr;

namespace EncryptionService.Provisioning.Tests.Admin;

/// <summary>QR codes. The pictures that these digests are of were read by another program (zbar).</summary>
public sealed class QrTests
{
    [Theory]
    [InlineData(14, 1, "0584e5d2adf7b93675ac0c08951fe6e30e66070a9ab25a0b4a66e7f83204166c")]
    [InlineData(122, 7, "2384e96ba5f1c49a024080e57102a673a0a261f81f400e8fac0446db77598786")]
    [InlineData(400, 15, "8d9753beb86a8343a02b26d841b709b5a3ffead4391cf08b59d6aeb548207a02")]
    public void A_picture_is_the_one_that_was_read(int length, int version, string digest)
    {
        var code = QrCode.Of(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))))));

        Assert.Equal((version, 17 + (4 * version)), (code.Version, code.Size));
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(Picture(code)))));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Equal(20, QrCode.Of(new byte[666]).Version);
        Assert.Throws<ArgumentException>(() => QrCode.Of(new byte[667]));
    }

    /// <summary>Rows of 1 and 0.</summary>
    private static string Picture(QrCode code) => string.Join('\n', Enumerable.Range(0, code.Size).Select(y => string.Concat(Enumerable.Range(0, code.Size).Select(x => code[x, y] ? '1' : '0'))));
}
