using System.Diagnostics;
using EncryptionService.Compliance;

namespace EncryptionService.Interop.Tests;

/// <summary>Runs the cases of an independent client against a server on our two contract assemblies.</summary>
public sealed class InteropCases(InteropServer server)
{
    private const int CaseCount = 27;

    [Fact]
    public async Task An_independent_client_passes_all_cases()
    {
        var token = TestContext.Current.CancellationToken;
        await InstallNodeModules(token);

        var outcome = await NodeScript.Run(RepositoryRoot.Combine("tests", "Interop", "grpc-interop.mjs"), [server.Address.Authority], token);

        var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("PASS ", line, StringComparison.Ordinal));
        Assert.Equal("", outcome.Error);
        Assert.Equal(CaseCount, lines.Length);
        Assert.Equal(0, outcome.ExitCode);
    }

    private static async Task InstallNodeModules(CancellationToken token)
    {
        if (Directory.Exists(RepositoryRoot.Combine("tests", "Interop", "node_modules")))
        {
            return;
        }

        var install = await ChildProcess.Run(new ProcessStartInfo(RepositoryRoot.Combine("tests", "Interop", "install.sh")), null, token);
        Assert.True(install.ExitCode == 0, install.Error);
    }
}
