using System.Text;
using EncryptionService.Envelopes;
using EncryptionService.Formats;

namespace EncryptionService.Client.Tests;

/// <summary>Codes, links, passphrases: what people copy and type.</summary>
public sealed class TextTests
{
    private const string Code = "eec1-AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8--NPO";

    [Fact]
    public void An_organization_code_is_as_the_page_says()
    {
        var thumbprint = Thumbprint.FromBytes([.. Enumerable.Range(0, 32).Select(number => (byte)number)]);

        Assert.Equal(Code, OrganizationCode.Format(thumbprint));
        Assert.True(OrganizationCode.TryParse(Code, out var read, out _));
        Assert.Equal(thumbprint, read);
    }

    [Fact]
    public void Each_wrong_character_of_a_code_is_found()
    {
        for (var at = 0; at < Code.Length; at++)
        {
            var wrong = Code.Remove(at, 1).Insert(at, Code[at] == 'x' ? "y" : "x");
            Assert.False(OrganizationCode.TryParse(wrong, out _, out var error), wrong);
            Assert.NotEqual("", error);
            Assert.False(OrganizationCode.TryParse(Code.Remove(at, 1), out _, out _));
        }

        Assert.False(OrganizationCode.TryParse(null, out _, out _));
        Assert.False(OrganizationCode.TryParse(Code + "x", out _, out _));
    }

    [Theory]
    [InlineData("https://core.example/join#{0}", "https://core.example/")]
    [InlineData("https://core.example:8443/join#{0}", "https://core.example:8443/")]
    [InlineData("http://localhost:5000/join#{0}", "http://localhost:5000/")]
    [InlineData("http://127.0.0.1:5000/join#{0}", "http://127.0.0.1:5000/")]
    [InlineData("http://[::1]:5000/join#{0}", "http://[::1]:5000/")]
    [InlineData("http://core.example/join#{0}", null)]
    [InlineData("http://localhost.example/join#{0}", null)]
    [InlineData("ftp://core.example/join#{0}", null)]
    [InlineData("https://me@core.example/join#{0}", null)]
    [InlineData("https://core.example/join?x=1#{0}", null)]
    [InlineData("https://core.example/other#{0}", null)]
    [InlineData("https://core.example/join/#{0}", null)]
    [InlineData("https://core.example/join", null)]
    [InlineData("https://core.example/join#{0}A", null)]
    [InlineData("join#{0}", null)]
    [InlineData("", null)]
    public void A_link_leads_to_a_core_over_TLS_or_to_this_machine(string form, string? core)
    {
        var token = Base64UrlText.Encode(new byte[32]);

        var valid = InvitationLink.TryParse(form.Replace("{0}", token, StringComparison.Ordinal), out var link, out var error);

        Assert.Equal(core, link?.Core.AbsoluteUri);
        Assert.Equal(valid, error.Length == 0);
        Assert.DoesNotContain(token, error + link, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("correct horse\n", "correct horse")]
    [InlineData("correct horse\r\n", "correct horse")]
    [InlineData("correct horse\n\n", "correct horse\n")]
    [InlineData(" correct horse ", " correct horse ")]
    [InlineData("пароль из слов", "пароль из слов")]
    [InlineData("grün und größer", "grün und größer")]
    [InlineData("合言葉はこれです", "合言葉はこれです")]
    public void A_passphrase_of_a_file_is_its_line(string file, string typed)
    {
        using var read = Passphrase.TryCreate(Encoding.UTF8.GetBytes(file), out var error);
        using var expected = Passphrase.TryCreate(typed.TrimEnd('\n').AsSpan(), out _);

        Assert.True(read is null == typed.EndsWith('\n'), error);
        Assert.True(read is null || read.FixedTimeEquals(expected!));
    }

    [Fact]
    public void A_passphrase_that_can_be_written_in_two_ways_gives_one_key_or_none()
    {
        using var composed = Passphrase.TryCreate("caf\u00e9 au lait", out _)!;
        using var apart = Passphrase.TryCreate("cafe\u0301 au lait", out var error);

        Assert.True(apart is null ? error.Contains("more than one way", StringComparison.Ordinal) : apart.FixedTimeEquals(composed));
    }

    [Fact]
    public void What_is_no_text_is_no_passphrase()
    {
        Assert.Null(Passphrase.TryCreate("", out _));
        Assert.Null(Passphrase.TryCreate("\n"u8, out _));
        Assert.Null(Passphrase.TryCreate("\ud800 half a character", out _));
        Assert.Null(Passphrase.TryCreate([0x61, 0xFF], out _));
        Assert.Null(Passphrase.TryCreate(new string('a', Passphrase.MaxLength + 1), out _));
    }

    [Fact]
    public void Secrets_have_no_text()
    {
        using var passphrase = Passphrase.TryCreate("correct horse", out _)!;
        using var keys = MemberPrivateKeys.Generate(Suite.Hpke4);

        Assert.Equal("Passphrase", passphrase.ToString());
        passphrase.Dispose();
        Assert.Throws<ObjectDisposedException>(() => passphrase.Bytes.Length);
        Assert.DoesNotContain("secret", new CoreCall(HttpMethod.Get, "/x", "secret"u8.ToArray(), "secret").ToString(), StringComparison.Ordinal);
    }
}
