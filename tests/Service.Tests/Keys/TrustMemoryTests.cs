using System.Security.Cryptography;
using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Settings;
using EncryptionService.Service.Tests.Rooms;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EncryptionService.Service.Tests.Keys;

/// <summary>The ledger remembers how much trust it was served with: a deployment by the defaults does not lower it (docs/spec/ledger.md, section 6).</summary>
public sealed class TrustMemoryTests : RoomsTest
{
    private const int Remembered = 614;
    private const int Lowered = 615;
    private const int Missing = 616;
    private const int NothingToLower = 617;

    private readonly WarningBook log = new();

    private static (string, string?) Approved => ("Service:TrustLevel", "Approved");

    private static (string, string?) NoOperators => ("Service:OperatorKeys", """{"keys":[]}""");

    private static (string, string?) OnPurpose => ("Service:LowerTrustLevel", "true");

    private byte[] Root => Place.Memory.Segments.Single(segment => segment.Key.Stream.ToString() == "root").Value;

    [Fact]
    public async Task A_deployment_by_the_defaults_after_one_with_approvals_is_refused_and_says_what_to_do()
    {
        await StartAsync(Approved);
        var before = Root;

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync(NoOperators));

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
        Assert.Contains("Trust Level Approved and the operator keys", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Service:LowerTrustLevel", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, Root);
        await StartAsync(Approved);
    }

    [Fact]
    public async Task The_operator_keys_alone_do_not_make_up_for_the_level()
    {
        await StartAsync();
        await StartAsync(Approved);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync());

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
    }

    [Fact]
    public async Task Lowered_on_purpose_it_is_written_down_and_the_next_start_needs_no_word()
    {
        await StartAsync(Approved);

        await using (var lowered = await OpenAsync(OnPurpose, NoOperators))
        {
            Assert.Single(log.Of(Lowered));
            var trust = lowered.Get<RootStore>().State.Trust;
            Assert.Equal(TrustLevel.Pinned, trust.Level);
            Assert.Empty(trust.Operators);
        }

        var next = await StartAsync(NoOperators);
        var mallory = new Person("mallory");
        await TakeAsync(next, Story.Created());
        AssertMember(await TakeAsync(next, Story.Added(mallory)), mallory, MemberOutcome.Wrapped);
    }

    [Fact]
    public async Task A_start_that_changes_nothing_writes_nothing()
    {
        await StartAsync(Approved);
        var before = Root;

        await using var second = await OpenAsync(Approved);

        Assert.Equal(before, Root);
        Assert.Empty(log.Of(Remembered));
        Assert.Empty(log.Of(Missing));
    }

    [Fact]
    public async Task A_deployment_of_the_defaults_alone_leaves_nothing_to_remember()
    {
        await using var first = await OpenAsync(NoOperators);
        var before = Root;
        await using var second = await OpenAsync(NoOperators);

        Assert.Equal(before, Root);
        Assert.Empty(log.Of(Remembered));
    }

    [Fact]
    public async Task Operator_keys_that_are_gone_are_told_at_each_start_until_that_is_said_to_be_right()
    {
        var tp = SigningJwk.Of(Place.Operator).Thumbprint.ToString();
        await StartAsync();

        for (var start = 1; start <= 2; start++)
        {
            await using var without = await OpenAsync(NoOperators);
            Assert.Equal(start, log.Of(Missing).Count);
            Assert.Contains(tp, log.Of(Missing)[^1], StringComparison.Ordinal);
        }

        await using (await OpenAsync(NoOperators, OnPurpose))
        {
        }

        await using var after = await OpenAsync(NoOperators);
        Assert.Equal(2, log.Of(Missing).Count);
    }

    [Fact]
    public async Task Other_operator_keys_are_remembered_and_told_with_their_thumbprints()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var added = SigningJwk.Of(other);
        await StartAsync(Approved);

        await using var service = await OpenAsync(Approved, ("Service:OperatorKeys", $"[{added.ToJson()}]"));

        Assert.Contains(added.Thumbprint.ToString(), Assert.Single(log.Of(Remembered)), StringComparison.Ordinal);
        Assert.Contains(SigningJwk.Of(Place.Operator).Thumbprint.ToString(), Assert.Single(log.Of(Missing)), StringComparison.Ordinal);
        Assert.Equal(2, service.Get<RootStore>().State.Trust.Operators.Count);
    }

    [Fact]
    public async Task Leave_to_lower_what_is_not_lowered_is_told()
    {
        await StartAsync(Approved);

        await using var service = await OpenAsync(Approved, OnPurpose);

        Assert.Single(log.Of(NothingToLower));
    }

    [Fact]
    public async Task A_level_that_cannot_be_written_down_is_not_served_under()
    {
        await StartAsync();

        await Assert.ThrowsAsync<Service.Ledger.LedgerUnavailableException>(() => StartAsync(
            inner =>
            {
                var faulty = new Compliance.FaultyLedger(inner);
                faulty.Arm(1, Compliance.FaultMode.Fail);
                return faulty;
            },
            Approved));
    }

    [Theory]
    [InlineData("a level that nobody knows")]
    [InlineData("a thumbprint of another length")]
    [InlineData("a thumbprint twice")]
    [InlineData("no record that this version knows")]
    [InlineData("before the root")]
    public void A_record_that_does_not_fit_is_damage(string wrong)
    {
        var tp = ByteString.CopyFrom(new byte[32]);
        var state = wrong == "before the root" ? RootState.Empty : RootState.Empty.Apply(new RootRecord { Created = new RootCreated() });
        var record = wrong switch
        {
            "a level that nobody knows" => new RootRecord { TrustChanged = new TrustChanged { Level = (RecordedTrustLevel)7 } },
            "a thumbprint of another length" => new RootRecord { TrustChanged = new TrustChanged { Operators = { ByteString.CopyFrom(new byte[31]) } } },
            "a thumbprint twice" => new RootRecord { TrustChanged = new TrustChanged { Operators = { tp, tp } } },
            "before the root" => new RootRecord { TrustChanged = new TrustChanged() },
            _ => new RootRecord(),
        };

        Assert.Throws<InvalidDataException>(() => state.Apply(record));
    }

    /// <summary>One more start, whose warnings are kept.</summary>
    private async Task<InProcessService> OpenAsync(params (string Name, string? Value)[] settings)
    {
        var before = new Dictionary<string, string?>(Place.Settings);
        foreach (var (name, value) in settings)
        {
            Place.Settings[name] = value;
        }

        try
        {
            return await InProcessService.StartAsync(Place, null, services => services.AddLogging(logging => logging.AddProvider(log)));
        }
        finally
        {
            foreach (var (name, _) in settings)
            {
                Place.Settings[name] = before.GetValueOrDefault(name);
            }
        }
    }
}
