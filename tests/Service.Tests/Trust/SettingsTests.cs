using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Tests.Rooms;
using EncryptionService.Service.Trust;
using Microsoft.Extensions.Options;
using Xunit;

namespace EncryptionService.Service.Tests.Trust;

/// <summary>What the settings may say, and the pure decision on keys that they lead to.</summary>
public sealed class SettingsTests
{
    private readonly FakeTime time = new();

    [Theory]
    [InlineData("HPKE-4", "HPKE-4")]
    [InlineData("HPKE-3, HPKE-7 ,HPKE-4", "HPKE-4 HPKE-7 HPKE-3")]
    [InlineData("HPKE-0,HPKE-4", "HPKE-4 HPKE-0")]
    public void Suites_are_sorted_strongest_first(string text, string expected)
    {
        Assert.True(SuiteList.TryParse(text, out var suites, out _));

        Assert.Equal(expected, string.Join(' ', suites.Suites));
        Assert.True(suites.Allows(expected.Split(' ')[0]));
        Assert.False(suites.Allows("HPKE-1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("HPKE-1")]
    [InlineData("hpke-4")]
    [InlineData("HPKE-4,HPKE-4")]
    public void Other_suites_are_refused_by_name(string text)
    {
        Assert.False(SuiteList.TryParse(text, out _, out var error));

        Assert.StartsWith("Service:Suites", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("[")]
    [InlineData("null")]
    [InlineData("{\"keys\":{}}")]
    [InlineData("{\"keys\":[],\"more\":[]}")]
    [InlineData("{\"keys\":[],\"keys\":[]}")]
    public void Operator_keys_that_are_none_are_refused(string text)
    {
        Assert.False(Operators.TryParse(text, out _, out var error));

        Assert.NotEmpty(error);
    }

    [Fact]
    public void An_operators_private_key_is_refused_and_said_to_be_private()
    {
        var key = new Person("operator").Keys.Public.Signing.ToJson();

        Assert.False(Operators.TryParse($"[{key.Replace("{", """{"d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",""", StringComparison.Ordinal)}]", out _, out var error));

        Assert.Contains("private", error, StringComparison.Ordinal);
        Assert.True(Operators.TryParse($"[{key},{key}]", out var keys, out _));
        Assert.Single(keys);
    }

    /// <summary>The template sends a JWK Set: the environment of a container is no place for text that looks like an expression.</summary>
    [Fact]
    public void Operator_keys_may_come_as_a_JWK_Set()
    {
        var key = new Person("operator").Keys.Public.Signing;

        Assert.True(Operators.TryParse($$"""{"keys":[{{key.ToJson()}}]}""", out var keys, out _));

        Assert.Equal(key.Thumbprint, keys.Single().Key);
        Assert.True(Operators.TryParse("""{"keys":[]}""", out keys, out _));
        Assert.Empty(keys);
    }

    [Fact]
    public void All_faults_of_the_settings_are_told_at_once()
    {
        var check = new SettingsCheck();
        var options = new ServiceOptions { Suites = "x", OperatorKeys = "y", PublicAddress = new Uri("/relative", UriKind.Relative) };

        var result = check.Validate(null, options);

        Assert.Equal(3, result.Failures!.Count());
        Assert.True(check.Validate(null, new ServiceOptions()).Succeeded);
    }

    [Fact]
    public void Level_approved_needs_operators()
        => Assert.Contains("OperatorKeys", Assert.Single(new SettingsCheck().Validate(null, new ServiceOptions { TrustLevel = TrustLevel.Approved }).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData("http://core.example", false)]
    [InlineData("ftp://core.example", false)]
    [InlineData("/core", false)]
    [InlineData("https://core.example/base", false)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://127.0.0.1", true)]
    public void The_core_is_reached_over_https_or_on_this_machine(string address, bool valid)
        => Assert.Equal(valid, new SettingsCheck().Validate(null, new CoreOptions { Url = new Uri(address, UriKind.RelativeOrAbsolute) }).Succeeded);

    [Fact]
    public void A_call_key_that_is_none_is_named()
        => Assert.StartsWith("Core:CallKey", Assert.Single(new SettingsCheck().Validate(null, new CoreOptions { CallKey = "{}" }).Failures!), StringComparison.Ordinal);

    [Theory]
    [InlineData(TrustLevel.Pinned, false, Reason.Unspecified, 1)]
    [InlineData(TrustLevel.Approved, false, Reason.ApprovalPending, 0)]
    [InlineData(TrustLevel.Pinned, true, Reason.KeyChangeInvalid, 0)]
    public void First_keys(TrustLevel level, bool rekeys, Reason reason, ulong counter)
    {
        var alice = new Person("alice");

        var decision = Decider(level).Decide(PinState.Empty, new PinRequest(alice.Member, alice.Keys.Public, rekeys, null), time.Now);

        Assert.Equal((reason, counter), (decision.Refused, decision.Write?.Counter ?? 0));
    }

    [Fact]
    public void A_suite_that_is_not_allowed_is_refused_before_anything_else_even_if_pinned()
    {
        var alice = new Person("alice", Suite.Hpke3);
        var pinned = PinState.Empty.Apply(new() { Pins = { PinState.ToEntry(new Pin(alice.Member, alice.Keys.Public, 1), "") } }, 1);

        var decision = Decider(TrustLevel.Pinned, "HPKE-4").Decide(pinned, new PinRequest(alice.Member, alice.Keys.Public, false, null), time.Now);

        Assert.Equal(Reason.KeyUnsupported, decision.Refused);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_pin_with_the_wrong_counter_is_damage(ulong counter)
    {
        var alice = new Person("alice");

        Assert.Throws<InvalidDataException>(() => PinState.Empty.Apply(new() { Pins = { PinState.ToEntry(new Pin(alice.Member, alice.Keys.Public, counter), "") } }, 1));
        Assert.Throws<InvalidDataException>(() => PinState.Empty.Apply(new() { Approvals = { "no approval" } }, 1));
    }

    private static PinDecider Decider(TrustLevel level, string suites = "HPKE-4,HPKE-7,HPKE-3")
    {
        Assert.True(SuiteList.TryParse(suites, out var list, out _));
        return new PinDecider(IdOf.Organization("o1"), list, level, new Operators(Options.Create(new ServiceOptions())));
    }
}
