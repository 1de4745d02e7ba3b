using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using EncryptionService.Compliance;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>Envelopes both ways with npm @hpke/core, which nobody here wrote.</summary>
public sealed class HpkeInteropTests
{
    [Fact]
    public async Task Envelopes_open_on_the_other_side_both_ways_in_all_suites()
    {
        var token = TestContext.Current.CancellationToken;
        await Install(token);
        using var world = new World();
        var people = Suite.All.Select(suite => new Person($"m-{suite.Name}", suite)).ToArray();
        world.Add(people);

        var input = new JsonObject { ["plaintext"] = Base64UrlText.Encode(world.Key!.Reveal()) };
        var cases = new JsonArray();
        foreach (var person in people)
        {
            cases.Add(new JsonObject
            {
                ["alg"] = person.Keys.Alg,
                ["privateKey"] = PrivateKey(person),
                ["publicKey"] = Base64UrlText.Encode(person.Secret.Public.Hpke.PublicKey.Span),
                ["ours"] = world.EnvelopeOf(person),
            });
        }

        input["cases"] = cases;
        var outcome = await NodeScript.Run(
            RepositoryRoot.Combine("tests", "Interop", "hpke-interop.mjs"), [], null, input.ToJsonString(), token);
        Assert.True(outcome.ExitCode == 0, outcome.Error);

        var results = JsonDocument.Parse(outcome.Output).RootElement.EnumerateArray().ToArray();
        Assert.Equal(people.Length, results.Length);
        foreach (var (person, result) in people.Zip(results))
        {
            // C# sealed, node opened.
            Assert.Equal(Base64UrlText.Encode(world.Key!.Reveal()), result.GetProperty("opened").GetString());
            Assert.Equal("refused", result.GetProperty("tampered").GetString());

            // Node sealed, C# opens the whole way.
            var theirs = result.GetProperty("theirs").GetString()!;
            Assert.NotEqual(world.EnvelopeOf(person), theirs);
            using var opened = Opener.Open(world.RequestOf(person) with { Envelope = theirs });
            Assert.Equal((OpenOutcome.Opened, OpenReason.None), (opened.Outcome, opened.Reason));
            Assert.True(opened.Key!.FixedTimeEquals(world.Key!));
        }
    }

    private static string PrivateKey(Person person)
    {
        var bytes = new byte[person.Secret.Hpke.Suite.PrivateKeySize];
        person.Secret.Hpke.Export(bytes);
        return Base64UrlText.Encode(bytes);
    }

    private static async Task Install(CancellationToken token)
    {
        if (!Directory.Exists(RepositoryRoot.Combine("tests", "Interop", "node_modules")))
        {
            var install = await ChildProcess.Run(new ProcessStartInfo(RepositoryRoot.Combine("tests", "Interop", "install.sh")), null, token);
            Assert.True(install.ExitCode == 0, install.Error);
        }
    }
}
