using Azure.Core;
using Azure.Identity;
using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Blobs;
using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>What an administrator can put right is said in words, and waited for (docs/spec/ledger.md, section 10).</summary>
public sealed class BlobRefusalTests(AzuriteFixture fixture) : BlobTest(fixture)
{
    [Theory]
    [InlineData(403, "AuthorizationPermissionMismatch", "Storage Blob Data Contributor")]
    [InlineData(403, "AuthorizationFailure", "firewall")]
    [InlineData(403, "AccountIsDisabled", "subscription")]
    [InlineData(403, "AuthenticationFailed", "clock")]
    [InlineData(401, "InvalidAuthenticationInfo", "tenant")]
    [InlineData(404, "ContainerNotFound", "no container")]
    [InlineData(409, "ContainerBeingDeleted", "ContainerBeingDeleted")]
    [InlineData(409, "BlobImmutableDueToPolicy", "protected append writes")]
    [InlineData(429, "TooManyRequests", "busy")]
    [InlineData(503, "ServerBusy", "busy")]
    [InlineData(500, "InternalError", "InternalError")]
    public async Task What_may_pass_is_waited_for_and_told_with_what_to_do(int status, string code, string words)
    {
        await using var ledger = Place.Open();
        Wire.Play = (_, _, _) => Task.FromResult(StorageWire.Answer(status, code));

        foreach (var fault in await FaultsOfAsync(ledger))
        {
            Assert.True(fault.Passes);
            Assert.Contains(words, fault.Message, StringComparison.Ordinal);
            Assert.Contains(Place.Options.ContainerUrl!.ToString(), fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_no_waiting_helps_against_is_no_reason_to_wait()
    {
        await using var ledger = Place.Open();
        Wire.Play = (_, _, _) => Task.FromResult(StorageWire.Answer(400, "InvalidUri"));

        Assert.All(await FaultsOfAsync(ledger), fault => Assert.False(fault.Passes));
    }

    [Fact]
    public async Task A_container_that_is_not_there_yet_is_waited_for()
    {
        Place.Options.ContainerUrl = new Uri(Place.Options.ContainerUrl + "-later");
        await using var ledger = Place.Open();
        foreach (var fault in await FaultsOfAsync(ledger))
        {
            Assert.True(fault.Passes);
            Assert.Contains("There is no container", fault.Message, StringComparison.Ordinal);
        }

        await Place.Container.CreateAsync(cancellationToken: Token);
        Assert.True(await ledger.TryCreateAsync(Segment, Token));
    }

    [Fact]
    public async Task A_clock_five_minutes_ahead_is_told_apart_and_forgiven()
    {
        var time = new FakeTime { Now = TimeProvider.System.GetUtcNow().AddMinutes(5) };
        await using (var ahead = Place.Open(credential: new AzuriteCredential(time)))
        {
            foreach (var fault in await FaultsOfAsync(ahead))
            {
                Assert.True(fault.Passes);
                Assert.Contains("clock", fault.Message, StringComparison.Ordinal);
            }
        }

        time.Now = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        await using var behind = Place.Open(credential: new AzuriteCredential(time));
        Assert.True(await behind.TryCreateAsync(Segment, Token));
    }

    [Fact]
    public async Task An_identity_that_is_not_to_be_had_is_waited_for()
    {
        await using var ledger = Place.Open(credential: new NoCredential());

        foreach (var fault in await FaultsOfAsync(ledger))
        {
            Assert.True(fault.Passes);
            Assert.Contains("AZURE_CLIENT_ID", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_storage_that_nobody_answers_for_is_waited_for()
    {
        Place.Options.ContainerUrl = new Uri("https://127.0.0.1:1/devstoreaccount1/ledger");
        await using var ledger = Place.Open();

        foreach (var fault in await FaultsOfAsync(ledger))
        {
            Assert.True(fault.Passes);
            Assert.Contains("cannot be reached", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_no_storage()
    {
        using var stranger = new StorageWire(new SocketsHttpHandler());
        await using var ledger = Place.Open(stranger);

        Assert.All(await FaultsOfAsync(ledger), fault => Assert.True(fault.Passes));
        Assert.Empty(await Place.Container.GetBlobsAsync(cancellationToken: Token).ToListAsync(Token));
    }

    private static async Task<IReadOnlyList<LedgerUnavailableException>> FaultsOfAsync(BlobLedger ledger) =>
    [
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.TryCreateAsync(Segment, Token)),
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.TryAppendAsync(Segment, 0, new byte[1], Token)),
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ReadAsync(Segment, 0, Token)),
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ListAsync(null, Token).ToListAsync(Token)),
        await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.ProbeAsync(Token)),
    ];

    private sealed class NoCredential : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
            => throw new CredentialUnavailableException("Planned: no identity.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
            => throw new CredentialUnavailableException("Planned: no identity.");
    }
}
