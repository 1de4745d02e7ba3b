using System.Text;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>Compact forms and JSON that are not what the specification says, one row for each way.</summary>
public sealed class CompactFormTests
{
    private static readonly Person alice = new("alice");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("H.P")]
    [InlineData("H.P.S.S")]
    [InlineData(" H.P.S")]
    [InlineData("H.P.S\n")]
    [InlineData("H=.P.S")]
    [InlineData("H.P.")]
    [InlineData("H..S")]
    [InlineData(".P.S")]
    [InlineData("H.P.SA")]
    [InlineData("H.P.AAAA")]
    public void What_is_no_compact_JWS_is_refused(string? shape)
    {
        var parts = Claims.Sign(Claims.Sample("recovery")).Split('.');
        var text = shape?.Replace("H", parts[0], StringComparison.Ordinal)
            .Replace("P", parts[1], StringComparison.Ordinal).Replace("S", parts[2], StringComparison.Ordinal);
        Assert.False(Recovery.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Spare_bits_in_the_signature_are_refused()
    {
        // 64 bytes leave four spare bits in the last character.
        var compact = Claims.Sign(Claims.Sample("recovery"));
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var last = Alphabet.IndexOf(compact[^1], StringComparison.Ordinal);
        Assert.False(Recovery.TryParse(compact[..^1] + Alphabet[last + 1], out _, out _));
    }

    [Fact]
    public void Objects_over_their_size_are_refused()
    {
        Assert.False(Statement.TryParse(new string('a', JwsTypes.MaxJws + 1), out _, out var error));
        Assert.Contains("16384", error, StringComparison.Ordinal);
        Assert.False(Approval.TryParse(new string('a', JwsTypes.MaxApproval + 1), out _, out error));
        Assert.Contains("1048576", error, StringComparison.Ordinal);
        Assert.False(Envelope.TryParse(new string('a', JwsTypes.MaxEnvelope + 1), out _, out error));
        Assert.Contains("2048", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1 /* c */}")]
    [InlineData("{\"a\":1}//")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":1}")]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{'a':1}")]
    [InlineData("\uFEFF{}")]
    public void What_is_no_strict_JSON_object_is_refused(string text)
        => Assert.False(StrictJson.TryRead(Encoding.UTF8.GetBytes(text), out _, out _));

    [Fact]
    public void Nesting_is_read_to_eight_levels_and_no_further()
    {
        static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);
        Assert.True(StrictJson.TryRead(Encoding.UTF8.GetBytes(Nested(8)), out _, out _));
        Assert.False(StrictJson.TryRead(Encoding.UTF8.GetBytes(Nested(9)), out _, out _));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        Assert.False(StrictJson.TryRead([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8], out _, out _));
        Assert.False(StrictJson.TryRead([.. "{\""u8, 0xC0, 0x80, .. "\":1}"u8], out _, out _));
    }

    [Fact]
    public void An_escaped_lone_surrogate_is_no_text()
    {
        Assert.True(StrictJson.TryRead("{\"a\":\"\\ud800\"}"u8, out var json, out _));
        Assert.Equal("", json.Text("a", 10));
        Assert.False(json.TryFinish(out var problem));
        Assert.Equal("'a' must be text of 1 to 10 characters", problem);
    }

    [Theory]
    [InlineData("alg", "\"HPKE-5\"")]
    [InlineData("alg", "\"HPKE-7\"")]
    [InlineData("alg", null)]
    [InlineData("typ", "\"eec-adopted-key+jwe\"")]
    [InlineData("typ", null)]
    [InlineData("org", "\"\"")]
    [InlineData("grp", "\"a b\"")]
    [InlineData("epo", "0")]
    [InlineData("epo", "1.0")]
    [InlineData("mem", null)]
    [InlineData("kid", "\"AAAA\"")]
    [InlineData("crit", "[]")]
    [InlineData("enc", "\"A128GCM\"")]
    [InlineData("zip", "\"DEF\"")]
    [InlineData("ek", "\"AAAA\"")]
    public void A_wrong_envelope_header_is_refused(string name, string? value)
    {
        var parts = Made().Split('.');
        Assert.True(Base64UrlText.TryDecode(parts[0], out var header));
        parts[0] = Base64UrlText.Encode(Encoding.UTF8.GetBytes(Claims.Edit(Encoding.UTF8.GetString(header), name, value)));
        Assert.False(Envelope.TryParse(string.Join('.', parts), out _, out var error));
        Assert.StartsWith("header ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("H.E..C")]
    [InlineData("H.E..C..")]
    [InlineData("H.E.A.C.")]
    [InlineData("H.E..C.A")]
    [InlineData("H...C.")]
    [InlineData("H.E...")]
    [InlineData("H.EA..C.")]
    [InlineData("H.E..CAAA.")]
    [InlineData("H.E..C=.")]
    [InlineData("H.E..C. ")]
    [InlineData(".E..C.")]
    public void What_is_no_envelope_is_refused(string? shape)
    {
        var parts = Made().Split('.');
        var text = shape?.Replace("H", "#", StringComparison.Ordinal).Replace("E", parts[1], StringComparison.Ordinal);
        text = text is null ? null : string.Concat(text.Split('.').Select((part, index) => (index == 0 ? "" : ".")
            + (index == 3 ? part.Replace("C", parts[3], StringComparison.Ordinal) : part)));
        Assert.False(Envelope.TryParse(text?.Replace("#", parts[0], StringComparison.Ordinal), out _, out _));
    }

    [Fact]
    public void An_adopted_key_is_no_envelope_and_an_envelope_is_no_adopted_key()
    {
        using var key = VaultKey.Generate();
        var adopted = AdoptedKey.Seal(key, alice.Secret.Public.Hpke, Ids.Organization("o1"), Ids.Group("g1"), alice.Member);
        Assert.True(AdoptedKeyJwe.TryParse(adopted, out _, out _));
        Assert.False(Envelope.TryParse(adopted, out _, out _));
        Assert.False(AdoptedKeyJwe.TryParse(Made(), out _, out var error));
        Assert.Equal("header 'typ' must be eec-adopted-key+jwe", error);
        Assert.False(AdoptedKeyJwe.TryParse(adopted + "A", out _, out _));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("AA", "00")]
    [InlineData("AAA", "0000")]
    [InlineData("AAAA", "000000")]
    [InlineData("_-8", "FFEF")]
    [InlineData("A", null)]
    [InlineData("AAAAA", null)]
    [InlineData("AA==", null)]
    [InlineData("AAA=", null)]
    [InlineData("AB", null)]
    [InlineData("AAB", null)]
    [InlineData("+/8", null)]
    [InlineData("A A", null)]
    [InlineData("AA\n", null)]
    [InlineData("AAÄ", null)]
    public void Base64url_has_one_text_for_each_value(string text, string? hex)
    {
        Assert.Equal(hex is not null, Base64UrlText.TryDecode(text, out var bytes));
        Assert.Equal(hex ?? "", Convert.ToHexString(bytes));
        if (hex is not null)
        {
            Assert.Equal(text, Base64UrlText.Encode(bytes));
        }
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("A-Z.a_z-0", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    [InlineData("é", false)]
    [InlineData("a\0", false)]
    public void Ids_are_of_one_alphabet(string? text, bool valid)
    {
        Assert.Equal(valid, OrganizationId.TryParse(text, out var organization));
        Assert.Equal(valid, GroupId.TryParse(text, out var group));
        Assert.Equal(valid, MemberId.TryParse(text, out var member));
        var expected = valid ? text : "";
        Assert.All(new[] { organization.Value, group.ToString(), member.ToString() }, value => Assert.Equal(expected, value));
    }

    [Fact]
    public void Members_are_in_ordinal_order()
    {
        MemberId[] members = [Ids.Member("b"), Ids.Member("B"), Ids.Member("a"), Ids.Member("_")];
        Assert.Equal(["B", "_", "a", "b"], members.Order().Select(member => member.Value));
    }

    private static string Made()
    {
        using var key = VaultKey.Generate();
        return Wrapper.Wrap(key, Ids.Organization("o1"), Ids.Group("g1"), 1, [alice.Recipient])[0].Jwe;
    }
}
