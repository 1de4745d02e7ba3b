using System.Security.Cryptography;
using EncryptionService.Contracts.Membership;
using EncryptionService.EndToEnd.Setting;
using EncryptionService.Envelopes;
using EncryptionService.Service.Keys;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.EndToEnd;

/// <summary>One run with everything switched on, and no secret in anything that leaves the process.</summary>
public sealed class CanaryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_is_in_logs_telemetry_answers_posts_ledger_or_console()
    {
        await using var collector = await Collector.StartAsync(Token);
        using var folder = new ServiceFolder();
        await using var core = await FakeCore.StartAsync(Token);
        var canary = new Canary();
        var left = new List<(string Place, byte[] Bytes)>();
        await using (var service = await RunningService.StartAsync(core, settings => Add(settings, collector.Settings), folder: folder, level: LogLevel.Trace))
        {
            using var meters = new Meters(service);
            await LiveAsync(service, core, canary, left);
            Learn(service.Rooms, folder, canary);
            left.Add(("log", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', service.Log.Lines.Select(line => line.Text)))));
            left.Add(("metrics", System.Text.Encoding.UTF8.GetBytes(meters.Text)));
            Assert.Contains(service.Log.Lines, line => line.Level == LogLevel.Trace);
        }

        // The end of the service sent what was still to be sent.
        Assert.True(collector.Has("/v1/traces", "unit.append"), "no span of a unit has arrived");
        Assert.True(collector.Has("/v1/traces", "delivery"), "no span of a delivery has arrived");
        Assert.True(collector.Has("/v1/metrics", "eec.units"), "no metric of ours has arrived");
        left.AddRange(collector.Received);
        left.AddRange(core.Requests.Select(request => (request.Path, request.Body)));
        left.AddRange(core.Requests.SelectMany(request => request.Headers.Select(header => (header.Key, System.Text.Encoding.UTF8.GetBytes(header.Value)))));
        left.AddRange(Directory.GetFiles(folder.Ledger, "*", SearchOption.AllDirectories).Select(file => (file, File.ReadAllBytes(file))));
        foreach (var words in (string[][])[[], ["identity"], ["identity", "--json"], ["ledger", "verify"], ["ledger", "verify", "--json"]])
        {
            var settings = folder.Settings(core);
            settings["Logging:LogLevel:Default"] = "Trace";
            using var process = ServiceProcess.Start(settings, words);
            await process.Changed.UntilAsync(() => process.HasExited || process.Count(510) > 0, Token);
            if (words.Length == 0)
            {
                process.Terminate();
            }

            await process.ExitAsync(Token);
            process.WaitForEnd();
            Assert.NotEqual("", process.Output);
            left.Add((string.Join(' ', ["console of the service", .. words]), System.Text.Encoding.UTF8.GetBytes(process.Output + process.Errors)));
        }

        Assert.True(canary.Secrets >= 9, $"only {canary.Secrets} secrets are known");
        Assert.Empty(left.SelectMany(one => canary.Find(one.Bytes).Select(secret => $"{secret} in {one.Place}")));
    }

    [Fact]
    public void The_canary_sings_for_a_secret_in_any_form_and_at_any_place()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var canary = new Canary();
        canary.Learn("key", secret);
        Assert.Empty(canary.Find(RandomNumberGenerator.GetBytes(10_000)));
        for (var before = 0; before < 6; before++)
        {
            byte[] around = [.. new byte[before], .. secret, .. new byte[5 - before]];
            Assert.NotEmpty(canary.Find(around));
            Assert.NotEmpty(canary.Find(Convert.ToHexString(around)));
            Assert.NotEmpty(canary.Find(Convert.ToHexStringLower(around)));
            Assert.NotEmpty(canary.Find(Convert.ToBase64String(around)));
            Assert.NotEmpty(canary.Find(Formats.Base64UrlText.Encode(around)));
        }
    }

    private static void Add(Dictionary<string, string> settings, IReadOnlyDictionary<string, string> more)
    {
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }
    }

    /// <summary>A group's life, faults included; everything answered is kept, every vault key is learnt as its members learn it.</summary>
    private static async Task LiveAsync(RunningService service, FakeCore core, Canary canary, List<(string Place, byte[] Bytes)> left)
    {
        using var alice = new Person("alice");
        using var bob = new Person("bob", Formats.Suite.Hpke7);
        var group = new GroupScript("g1");
        var failures = 1;
        core.OnPost = _ => Interlocked.Decrement(ref failures) == 0 ? Answer.Of(500) : Answer.Good;
        Person[][] rosters = [[alice, bob], [alice], [alice]];
        Event[][] units = [[group.Create(), group.Add(alice, bob)], [group.Remove(bob)], [group.Rotate()]];
        for (var i = 0; i < units.Length; i++)
        {
            var request = new ApplyRequest { Events = { units[i] } };
            left.Add(("answer to Apply", (await service.Caller.ApplyAsync(request)).ToByteArray()));
            var revision = (ulong)i + 1;
            await core.Changed.UntilAsync(() => core.Book.Has("g1", revision, rosters[i]), Token);
            foreach (var person in rosters[i])
            {
                using var opened = Opening.Open(core, "g1", person, rosters[i]);
                Assert.Equal(OpenOutcome.Opened, opened.Outcome);
                canary.Learn($"vault key of epoch {revision}", opened.Key!.Reveal());
            }
        }

        left.Add(("answer to Reseal", (await service.Caller.ResealAsync(new ResealRequest { GroupId = "g1", Epoch = 3, MemberIds = { "alice" } })).ToByteArray()));
        left.Add(("answer to GetGroup", (await service.Caller.GetGroupAsync(new GetGroupRequest { GroupId = "g1" })).ToByteArray()));
        left.Add(("answer to GetIdentity", (await service.Caller.GetIdentityAsync()).ToByteArray()));
        var refusal = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => service.Caller.SubmitAsync("no.such.document"));
        left.Add(("refusal", System.Text.Encoding.UTF8.GetBytes(refusal.ToString())));
        await core.Changed.UntilAsync(() => core.Book.Read("g1", held => held.Envelopes.Any(envelope => envelope.Generation == 1)), Token);
    }

    /// <summary>The root key, everything that it unseals, and the keys in files.</summary>
    private static void Learn(IServiceProvider rooms, ServiceFolder folder, Canary canary)
    {
        var root = rooms.GetRequiredService<KeyRing>().Keys.Root;
        var created = rooms.GetRequiredService<RootStore>().State.Created!;
        canary.Learn("root key", root.Reveal().Span);
        canary.Learn("identity", PrivatePart(root.OpenOwn(created.SealedIdentity.Span, "identity")));
        canary.Learn("call key", PrivatePart(root.OpenOwn(created.SealedCall.Span, "call")));
        canary.Learn("adoption key", root.OpenOwn(created.SealedAdoption.Span, "adoption"));
        canary.Learn("organization key", PrivatePart(File.ReadAllBytes(Path.Combine(folder.Keys, "organization-key.p8"))));
        using var kek = RSA.Create();
        kek.ImportPkcs8PrivateKey(File.ReadAllBytes(Directory.GetFiles(folder.Keys, "kek-*.p8").Single()), out _);
        canary.Learn("wrapping key", kek.ExportParameters(includePrivateParameters: true).P!.AsSpan(0, 32));
    }

    private static byte[] PrivatePart(byte[] pkcs8)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        return key.ExportParameters(includePrivateParameters: true).D!;
    }
}
