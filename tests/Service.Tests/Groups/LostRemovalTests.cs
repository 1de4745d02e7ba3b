using EncryptionService.Formats;
using EncryptionService.Service.Tests.Rooms;
using Xunit;

namespace EncryptionService.Service.Tests.Groups;

/// <summary>A removal that was lost with the ledger (docs/spec/membership.md, section 6).</summary>
public sealed class LostRemovalTests : RoomsTest
{
    [Fact]
    public async Task A_recovery_gives_nobody_a_key_where_a_removal_may_have_been_lost()
    {
        var alice = new Person("alice");
        var mallory = new Person("mallory");
        var service = await StartAsync();
        await service.ApplyAsync(Story.Created(), Story.Added(alice, mallory));
        var backup = Place.Backup();
        await TakeAsync(service, Story.Removed(mallory));
        var ahead = (await service.StateAsync()).Statement;
        Place.Memory = backup;
        var restored = await StartAsync();
        await restored.GetGroupAsync(statement: ahead);

        await restored.SubmitAsync(JwsSigner.Sign(Place.Operator, new Recovery
        {
            Organization = Place.Organization,
            Group = IdOf.Group("g1"),
            Revision = Parse(ahead).Revision,
            StatementHash = Parse(ahead).Hash,
            IssuedAt = Place.Time.Seconds,
            ExpiresAt = Place.Time.Seconds + 600,
            Id = "recovery-1",
        }));

        // Mallory stands in the ledger's roster again; the core has not repeated the removal yet.
        Assert.Equal(3UL, (await restored.StateAsync()).Epoch);
        using var none = await restored.OpenAsync(mallory);
        Assert.Null(none);
        using var neither = await restored.OpenAsync(alice);
        Assert.Null(neither);
    }
}
