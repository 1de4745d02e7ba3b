using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>Every way in which the header or the claims of a signed object can be wrong, one row each.</summary>
public sealed class SignedObjectTests
{
    [Theory]
    [MemberData(nameof(EveryKind))]
    public void A_valid_object_reads_back_what_was_written(string kind)
    {
        var sample = Claims.Sample(kind);
        Assert.True(Claims.TryParse(kind, Claims.Sign(sample), out var read, out var error), error);
        Assert.Equal(sample.ToPayload(), read!.ToPayload());
        Assert.Equal(Claims.TypOf(kind), read.Typ);
        Assert.True(read.VerifiedBy(Claims.Key));
        Assert.False(read.VerifiedBy(null));
        Assert.Equal(Claims.TypOf(kind), read.ToString());
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void An_object_of_one_type_is_never_taken_for_another(string kind)
    {
        var compact = Claims.Sign(Claims.Sample(kind));
        foreach (var other in Claims.Kinds.Where(other => other != kind))
        {
            Assert.False(Claims.TryParse(other, compact, out _, out var error));
            Assert.Equal($"header 'typ' must be {Claims.TypOf(other)}", error);
        }
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Every_claim_is_needed_unless_the_specification_says_otherwise(string kind)
    {
        string[] optional = kind switch
        {
            "statement" => ["link"],
            "enrolment" => ["token"],
            "call" => ["repl"],
            _ => [],
        };
        var payload = Claims.PayloadOf(kind);
        foreach (var name in System.Text.Json.Nodes.JsonNode.Parse(payload)!.AsObject().Select(claim => claim.Key))
        {
            var compact = Claims.SignRaw(Claims.HeaderOf(kind), Claims.Edit(payload, name, null));
            Assert.Equal(optional.Contains(name), Claims.TryParse(kind, compact, out _, out var error));
            Assert.True(optional.Contains(name) || error.Contains($"'{name}'", StringComparison.Ordinal), error);

            // No claim is ever an array of booleans.
            Assert.False(Claims.TryParse(kind, Claims.SignRaw(Claims.HeaderOf(kind), Claims.Edit(payload, name, "[true]")), out _, out _));
        }
    }

    [Theory]
    [MemberData(nameof(EveryKind))]
    public void Unknown_claims_are_refused(string kind)
        => AssertRefused(kind, Claims.HeaderOf(kind), Claims.Edit(Claims.PayloadOf(kind), "extra", "1"), "claim 'extra' is unknown");

    [Theory]
    [InlineData("alg", "\"none\"", "'alg'")]
    [InlineData("alg", "\"HS256\"", "'alg'")]
    [InlineData("alg", "\"es256\"", "'alg'")]
    [InlineData("alg", null, "'alg'")]
    [InlineData("typ", null, "'typ'")]
    [InlineData("typ", "\"JWT\"", "'typ'")]
    [InlineData("typ", "\"EEC-STATEMENT+JWT\"", "'typ'")]
    [InlineData("typ", "7", "'typ'")]
    [InlineData("kid", null, "'kid'")]
    [InlineData("kid", "\"short\"", "'kid'")]
    [InlineData("kid", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\"", "'kid'")]
    [InlineData("crit", "[\"exp\"]", "'crit'")]
    [InlineData("b64", "false", "'b64'")]
    [InlineData("jwk", "{}", "'jwk'")]
    [InlineData("x5c", "[]", "'x5c'")]
    [InlineData("bad name", "1", "'?'")]
    public void A_wrong_header_is_refused(string name, string? value, string error)
        => AssertRefused("statement", Claims.Edit(Claims.HeaderOf("statement"), name, value), Claims.PayloadOf("statement"), error);

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    public void A_certificate_needs_the_key_in_its_header(string? jwk)
        => AssertRefused("identity", Claims.Edit(Claims.HeaderOf("identity"), "jwk", jwk), Claims.PayloadOf("identity"), "jwk");

    [Theory]
    [InlineData("iss", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("org", "\"no/slash\"")]
    [InlineData("org", "\"\"")]
    [InlineData("grp", "\"ünïcode\"")]
    [InlineData("grp", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("epo", "-1")]
    [InlineData("epo", "\"3\"")]
    [InlineData("epo", "3.0")]
    [InlineData("epo", "3e0")]
    [InlineData("epo", "9007199254740992")]
    [InlineData("epo", "18446744073709551616")]
    [InlineData("epo", "0")]
    [InlineData("rev", "0")]
    [InlineData("rev", "1")]
    [InlineData("prev", "\"AAAA\"")]
    [InlineData("prev", null)]
    [InlineData("commit", null)]
    [InlineData("commit", "null")]
    [InlineData("roster", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB\"")]
    [InlineData("suites", "[]")]
    [InlineData("suites", "[\"HPKE-7\",\"HPKE-4\"]")]
    [InlineData("suites", "[\"HPKE-4\",\"HPKE-4\"]")]
    [InlineData("suites", "[\"HPKE-1\"]")]
    [InlineData("suites", "\"HPKE-4\"")]
    [InlineData("suites", "[4]")]
    [InlineData("iat", "-1")]
    [InlineData("why", "[\"removed\",\"added\"]")]
    [InlineData("why", "[\"added\",\"added\"]")]
    [InlineData("why", "[\"Added\"]")]
    [InlineData("why", "{}")]
    [InlineData("link.epo", "3")]
    [InlineData("link.epo", "4")]
    [InlineData("link.key", "\"AAAA\"")]
    [InlineData("link.key", null)]
    [InlineData("link.x", "1")]
    [InlineData("link.epo", "0")]
    [InlineData("adopted", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("end", "false")]
    [InlineData("end", "1")]
    public void A_wrong_statement_is_refused(string path, string? value)
    {
        // link.epo 0 is told as a missing 'adopted'.
        var named = path == "link.epo" && value == "0" ? "adopted" : path.Split('.')[0];
        AssertRefused("statement", Claims.HeaderOf("statement"), Claims.Edit(Claims.PayloadOf("statement"), path, value), named);
    }

    [Theory]
    [InlineData("identity", "gen", "0")]
    [InlineData("identity", "identity.d", "\"AAAA\"")]
    [InlineData("identity", "identity.alg", "\"ES384\"")]
    [InlineData("identity", "adoption.alg", "\"HPKE-9\"")]
    [InlineData("identity", "adoption.extra", "1")]
    [InlineData("key-change", "mem", "\"a b\"")]
    [InlineData("key-change", "old.alg", "\"HPKE-2\"")]
    [InlineData("key-change", "new.sig", "\"AAAA\"")]
    [InlineData("key-change", "new.extra", "1")]
    [InlineData("key-change", "cnt", "0")]
    [InlineData("approval", "members", "[]")]
    [InlineData("approval", "members", "[1]")]
    [InlineData("approval", "members.1.mem", "\"alice\"")]
    [InlineData("approval", "members.0.extra", "1")]
    [InlineData("approval", "members.1.alg", null)]
    [InlineData("approval", "jti", "\"a/b\"")]
    [InlineData("recovery", "rev", "0")]
    [InlineData("recovery", "stm", "\"x\"")]
    [InlineData("adoption", "key", "7")]
    [InlineData("adoption", "iss", "\"x\"")]
    [InlineData("call", "aud", "\"\"")]
    [InlineData("call", "req", "\"x\"")]
    [InlineData("call", "jti", "\"\"")]
    [InlineData("call", "repl", "\"a b\"")]
    [InlineData("call-key", "key.d", "\"AAAA\"")]
    [InlineData("call-key", "key", "\"x\"")]
    [InlineData("enrolment", "call.x", "\"AAAA\"")]
    [InlineData("enrolment", "token", "\"\"")]
    [InlineData("enrolment", "addr", "[]")]
    [InlineData("enrolment", "repl", "\"\"")]
    [InlineData("enrolment", "repl", "\"a/b\"")]
    public void A_wrong_claim_is_refused(string kind, string path, string? value)
        => AssertRefused(kind, Claims.HeaderOf(kind), Claims.Edit(Claims.PayloadOf(kind), path, value), path.Split('.')[0]);

    [Fact]
    public void More_than_five_thousand_members_are_refused()
    {
        var member = "{\"mem\":\"m\"}";
        var many = $"[{string.Join(',', Enumerable.Repeat(member, 5_001))}]";
        AssertRefused("approval", Claims.HeaderOf("approval"), Claims.Edit(Claims.PayloadOf("approval"), "members", many), "at most 5000");
    }

    [Theory]
    [InlineData(0, 3600, true)]
    [InlineData(-3600, 3600, true)]
    [InlineData(60, 3600, true)]
    [InlineData(61, 3600, false)]
    [InlineData(-3600, 3541, true)]
    [InlineData(-3600, 3540, false)]
    [InlineData(0, -1, false)]
    [InlineData(0, 31 * 24 * 3600, true)]
    [InlineData(0, (31 * 24 * 3600) + 1, false)]
    public void Times_hold_with_a_leeway_of_a_minute(long issued, long lifetime, bool timely)
    {
        var recovery = (Recovery)Claims.Sample("recovery") with { IssuedAt = Claims.Now + issued, ExpiresAt = Claims.Now + issued + lifetime };
        Assert.Equal(timely, recovery.IsTimely(Claims.Clock, out var problem));
        Assert.Equal(timely, problem.Length == 0);
    }

    [Fact]
    public void Lifetimes_are_those_of_the_specification()
    {
        Assert.Equal(300, ((TimedObject)Claims.Sample("call")).MaxLifetime);
        Assert.Equal(300, ((TimedObject)Claims.Sample("enrolment")).MaxLifetime);
        Assert.Equal(86_400, ((TimedObject)Claims.Sample("call-key")).MaxLifetime);
        Assert.All(["key-change", "approval", "recovery", "adoption"], kind => Assert.Equal(2_678_400, ((TimedObject)Claims.Sample(kind)).MaxLifetime));
    }

    [Fact]
    public void A_changed_copy_is_no_longer_signed()
    {
        Assert.True(Claims.TryParse("recovery", Claims.Sign(Claims.Sample("recovery")), out var read, out _));
        var copy = (Recovery)read! with { Revision = 10 };
        Assert.Throws<InvalidOperationException>(() => copy.Jws);
        Assert.Throws<InvalidOperationException>(() => copy.VerifiedBy(Claims.Key));
    }

    public static TheoryData<string> EveryKind() => [.. Claims.Kinds];

    private static void AssertRefused(string kind, string header, string payload, string error)
    {
        Assert.False(Claims.TryParse(kind, Claims.SignRaw(header, payload), out var value, out var told));
        Assert.Null(value);
        Assert.Contains(error, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }
}
