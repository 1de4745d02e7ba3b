using System.Diagnostics;
using EncryptionService.Compliance;

namespace EncryptionService.Deploy.Tests.Setting;

/// <summary>Checkers of templates that nobody here wrote, from the shared folder.</summary>
internal static class Checkers
{
    private static readonly Lazy<Task<string>> folder = new(InstallAsync);

    public static bool ArePresent => SharedFolder.Find("azure") is not null;

    /// <summary>Runs one of them.</summary>
    public static async Task<ProcessOutcome> RunAsync(string script, params string[] arguments)
    {
        var outcome = await NodeScript.Run(Path.Combine(await folder.Value, script), arguments, TestContext.Current.CancellationToken);
        Assert.Empty(outcome.Error);
        return outcome;
    }

    private static async Task<string> InstallAsync()
    {
        var start = new ProcessStartInfo("bash", [RepositoryRoot.Combine("tests", "Deploy.Tests", "checkers.sh"), SharedFolder.Find("azure")!]);
        var outcome = await ChildProcess.Run(start, null, CancellationToken.None);
        return outcome.ExitCode == 0 ? outcome.Output.Trim() : throw new InvalidOperationException(outcome.Error);
    }
}
