using EncryptionService.Deploy.Tests.Rules;
using EncryptionService.Deploy.Tests.Setting;

namespace EncryptionService.Deploy.Tests;

/// <summary>The template keeps to every rule, and every rule sees the faults that it is there for.</summary>
public sealed class RuleTests
{
    public static TheoryData<string> Rules => [.. AllRules.ByName.Keys];

    public static TheoryData<string, string> Seeded => new(Faults.All.Select(fault => (fault.Rule, fault.Fault)));

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_template_keeps_to_the_rule(string rule) => Assert.Empty(AllRules.ByName[rule].Find(Published.Template()));

    [Theory]
    [MemberData(nameof(Seeded))]
    public void A_seeded_fault_is_seen(string rule, string fault)
    {
        var broken = Published.Template();
        Faults.All.Single(seeded => (seeded.Rule, seeded.Fault) == (rule, fault)).Seed(broken);

        Assert.NotEmpty(AllRules.ByName[rule].Find(broken));
    }

    [Fact]
    public void Every_rule_has_a_fault_that_it_sees() => Assert.Empty(AllRules.ByName.Keys.Except(Faults.All.Select(fault => fault.Rule)));
}
