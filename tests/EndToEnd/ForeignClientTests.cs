using System.Diagnostics;
using System.Text.Json;
using EncryptionService.Compliance;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Formats;

namespace EncryptionService.EndToEnd;

/// <summary>Every method of the service, used and abused by a gRPC client, a token maker and an HPKE implementation that nobody here wrote.</summary>
public sealed class ForeignClientTests
{
    private const int CaseCount = 26;

    [Fact]
    public async Task A_foreign_client_uses_every_method_and_no_abuse_keeps_the_service_from_answering()
    {
        var token = TestContext.Current.CancellationToken;
        var install = await ChildProcess.Run(new ProcessStartInfo(RepositoryRoot.Combine("tests", "Interop", "install.sh")), null, token);
        Assert.True(install.ExitCode == 0, install.Error);
        await using var core = await FakeCore.StartAsync(token);
        await using var service = await RunningService.StartAsync(core, settings => settings["Service:OperatorKeys"] = $"[{core.CallKeyJwk}]");
        var settings = JsonSerializer.Serialize(new
        {
            target = service.Address.Authority,
            organization = "o1",
            audience = core.Book.Certificate.Identity.Thumbprint.ToString(),
            key = core.CallKey.ExportPkcs8PrivateKeyPem(),
            kid = SigningJwk.Of(core.CallKey).Thumbprint.ToString(),
            posts = core.Url,
        });

        var outcome = await NodeScript.Run(RepositoryRoot.Combine("tests", "Interop", "membership.mjs"), [], null, settings, token);

        var lines = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("PASS ", line, StringComparison.Ordinal));
        Assert.Equal("", outcome.Error);
        Assert.Equal(CaseCount, lines.Length);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Empty(core.Book.Complaints);
        Assert.DoesNotContain(service.Log.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error && line.Event > 0);
    }
}
