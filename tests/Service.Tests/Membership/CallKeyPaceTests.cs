using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Tests.Rooms;
using Grpc.Core;
using Xunit;

namespace EncryptionService.Service.Tests.Membership;

/// <summary>The core changes its call key as often as it needs, and not as often as it likes (docs/spec/core.md, section 4).</summary>
public sealed class CallKeyPaceTests : RoomsTest, IDisposable
{
    private readonly List<ECDsa> made = [];

    [Fact]
    public async Task Three_changes_in_three_hours_and_the_fourth_is_told_to_wait()
    {
        var services = new[] { await StartAsync(), await StartAsync() };
        var last = Place.CoreKey;
        for (var change = 0; change < 3; change++)
        {
            last = await ChangeAsync(services[change % 2], last);
            Place.Time.Now += TimeSpan.FromMinutes(10);
        }

        foreach (var service in services)
        {
            var refused = await RefusedAsync(StatusCode.ResourceExhausted, () => ChangeAsync(service, last));
            Assert.Contains("three", refused.Status.Detail, StringComparison.Ordinal);
            Assert.Equal(SigningJwk.Of(last).Thumbprint, service.Get<CoreCallKey>().Current.Thumbprint);
        }

        // The first of the three is three hours old; a process that starts now knows as much.
        var later = await StartAsync();
        Place.Time.Now += TimeSpan.FromMinutes(149);
        await RefusedAsync(StatusCode.ResourceExhausted, () => ChangeAsync(later, last));
        Place.Time.Now += TimeSpan.FromMinutes(1);
        last = await ChangeAsync(later, last);
        await RefusedAsync(StatusCode.ResourceExhausted, () => ChangeAsync(services[0], last));
    }

    [Fact]
    public async Task A_repeat_of_the_present_key_and_a_wrong_announcement_are_answered_as_ever()
    {
        var service = await StartAsync();
        var (second, third) = (await ChangeAsync(service, Place.CoreKey), NewKey());
        var again = Announcement(service, second, third);
        await service.SubmitAsync(again);
        await ChangeAsync(service, third, Place.CoreKey);

        await RefusedAsync(StatusCode.InvalidArgument, () => service.SubmitAsync(again));
        await service.SubmitAsync(Announcement(service, third, Place.CoreKey));
        Assert.Equal(3, service.Get<RootStore>().State.CallKeyDocuments.Count);
    }

    [Fact]
    public async Task A_clock_that_was_wrong_for_a_while_stops_no_change()
    {
        var service = await StartAsync();
        Place.Time.Now += TimeSpan.FromDays(400);
        var last = Place.CoreKey;
        for (var change = 0; change < 3; change++)
        {
            last = await ChangeAsync(service, last);
        }

        Place.Time.Now -= TimeSpan.FromDays(400);
        await ChangeAsync(service, last);
    }

    [Fact]
    public async Task After_a_thousand_changes_only_the_configuration_changes_the_key()
    {
        var service = await StartAsync();
        for (var change = 1; change < 1_000; change++)
        {
            await service.Get<RootStore>().UpdateAsync(
                _ => new RootRecord { CallKeyChanged = new CallKeyChanged { Document = $"announcement {change}" } }, Token);
        }

        Place.Time.Now += TimeSpan.FromHours(3);
        var last = await ChangeAsync(service, Place.CoreKey);
        Place.Time.Now += TimeSpan.FromHours(3);

        var refused = await RefusedAsync(StatusCode.ResourceExhausted, () => ChangeAsync(service, last));
        Assert.Contains("Core:CallKey", refused.Status.Detail, StringComparison.Ordinal);
        var configured = NewKey();
        var restarted = await StartAsync(("Core:CallKey", SigningJwk.Of(configured).ToJson()));
        Assert.Equal(SigningJwk.Of(configured).Thumbprint, restarted.Get<CoreCallKey>().Current.Thumbprint);
    }

    public void Dispose() => made.ForEach(key => key.Dispose());

    private ECDsa NewKey()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        made.Add(key);
        return key;
    }

    private async Task<ECDsa> ChangeAsync(InProcessService service, ECDsa present, ECDsa? next = null)
    {
        next ??= NewKey();
        await service.SubmitAsync(Announcement(service, present, next));
        return next;
    }

    private string Announcement(InProcessService service, ECDsa present, ECDsa next) => JwsSigner.Sign(present, new CallKeyChange
    {
        Organization = Place.Organization,
        Audience = service.Ring.Keys.IdentityThumbprint.ToString(),
        Key = SigningJwk.Of(next),
        IssuedAt = Place.Time.Seconds,
        ExpiresAt = Place.Time.Seconds + 600,
    });
}
