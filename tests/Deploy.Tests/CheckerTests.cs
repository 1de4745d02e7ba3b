using EncryptionService.Compliance;
using EncryptionService.Deploy.Tests.Setting;

namespace EncryptionService.Deploy.Tests;

/// <summary>The checkers of the shared folder, where it is there.</summary>
public sealed class CheckerTests
{
    public static TheoryData<string> Options => [.. Samples.Options.Keys];

    [Theory]
    [MemberData(nameof(Options))]
    public async Task Both_checkers_accept_both_files_whatever_the_customer_chooses(string option)
    {
        Assert.SkipUnless(Checkers.ArePresent, SharedFolder.Absent);
        using var parameters = TextFile.Parameters(option);

        var json = await Checkers.RunAsync("armcheck.mjs", "--params", parameters.Path, "-w", Published.Path);
        var both = await Checkers.RunAsync("bicepcheck.mjs", Published.Bicep, Published.Path, "--params", parameters.Path);

        Assert.Equal([$"OK   {Published.Path}"], Lines(json));
        Assert.Equal(KnownFindings(option), Lines(both)[1..]);
    }

    [Fact]
    public async Task Without_any_parameter_they_accept_them_as_well()
    {
        Assert.SkipUnless(Checkers.ArePresent, SharedFolder.Absent);

        Assert.Equal(0, (await Checkers.RunAsync("armcheck.mjs", Published.Path)).ExitCode);
        Assert.Equal(0, (await Checkers.RunAsync("bicepcheck.mjs", Published.Bicep, Published.Path)).ExitCode);
        Assert.Equal(0, (await Checkers.RunAsync("validate.mjs", "arm-strict.schema.json", Published.Path)).ExitCode);
    }

    [Fact]
    public async Task They_see_a_fault()
    {
        Assert.SkipUnless(Checkers.ArePresent, SharedFolder.Absent);
        var broken = Published.Template();
        broken.Container()["probes"]![0]!["failureThreshold"] = 48;
        using var file = new TextFile(broken.ToJsonString());

        Assert.NotEqual(0, (await Checkers.RunAsync("armcheck.mjs", file.Path)).ExitCode);
        Assert.NotEqual(0, (await Checkers.RunAsync("bicepcheck.mjs", Published.Bicep, file.Path)).ExitCode);
    }

    /// <summary>The checker drops a resource whose condition does not hold, but leaves a condition that holds in the JSON, where Bicep has none.</summary>
    private static string[] KnownFindings(string option) => option is "immutable" or "all"
        ? ["   parity: Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/condition only in json"]
        : [];

    private static string[] Lines(ProcessOutcome outcome) => outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
