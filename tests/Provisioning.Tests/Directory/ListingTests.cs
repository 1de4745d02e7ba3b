using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Tests.Setting;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Directory;

/// <summary>How members are shown and found (docs/spec/journal.md, section 6).</summary>
public sealed class ListingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Ada L.", """{"name":{"formatted":"Countess"}}""", "Ada L.")]
    [InlineData(null, """{"name":{"formatted":"Countess Ada","givenName":"Ada"}}""", "Countess Ada")]
    [InlineData(null, """{"name":{"givenName":"Ada","familyName":"Lovelace"}}""", "Ada Lovelace")]
    [InlineData(" ", """{"name":{"familyName":"Lovelace"}}""", "Lovelace")]
    [InlineData(null, """{"name":"no object","emails":"none"}""", "ada@example.com")]
    [InlineData(null, "no JSON", "ada@example.com")]
    public void A_name_is_the_best_that_there_is(string? displayName, string profile, string name) => Assert.Equal(name, Listing.Of(Member(displayName, profile)).Name);

    [Fact]
    public void The_primary_address_is_shown_and_every_one_is_searched()
    {
        var listing = Listing.Of(Member("Åsa", """{"emails":[{"value":"one@example.com"},{"value":"two@example.com","primary":true},{"type":"work"}]}"""));

        Assert.Equal("two@example.com", listing.Mail);
        Assert.Equal("ÅSA", listing.NameKey);
        Assert.All(["ADA@EXAMPLE.COM", "ÅSA", "ONE@EXAMPLE.COM", "TWO@EXAMPLE.COM"], text => Assert.Contains(text, listing.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Hostile_names_become_one_short_line()
    {
        var listing = Listing.Of(Member($"a\u0000b\n{string.Concat(Enumerable.Repeat("𝔘", 400))}\ud800", "{}"));

        Assert.InRange(listing.Name.Length, 100, Listing.LongestName);
        Assert.DoesNotContain(listing.Name, char.IsControl);
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task It_follows_the_member_and_goes_with_it(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);
        var ada = await world.MemberAsync("ada@example.com");
        Assert.Equal("ada@example.com", await NameAsync(world, ada));

        await world.Members.UpdateAsync(DirectoryWorld.Organization, ada, row => MemberDraft.Of(row) with { DisplayName = "Ada" }, DirectoryWorld.Idp, Stop);
        Assert.Equal("Ada", await NameAsync(world, ada));

        await world.Members.DeleteAsync(DirectoryWorld.Organization, ada, DirectoryWorld.Idp, null, Stop);
        Assert.Null(await NameAsync(world, ada));
    }

    [Theory]
    [MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Members_from_before_are_listed_once(DatabaseProvider provider)
    {
        await using var world = await DirectoryWorld.CreateAsync(provider);
        var listed = await world.MemberAsync("ada@example.com");
        var older = await world.Core.MemberAsync(DirectoryWorld.Organization, "ben@example.com");
        var book = world.Core.Get<ListingBook>();

        Assert.Equal(1, await book.CompleteAsync(Stop));
        Assert.Equal(0, await book.CompleteAsync(Stop));
        Assert.Equal("ben@example.com", await NameAsync(world, older.Id));
        Assert.Equal("ada@example.com", await NameAsync(world, listed));
    }

    private static MemberRow Member(string? displayName, string profile) => new()
    {
        Id = "m",
        OrganizationId = "acme",
        UserName = "ada@example.com",
        UserNameKey = "ADA@EXAMPLE.COM",
        DisplayName = displayName,
        Active = true,
        Profile = profile,
        CreatedAt = default,
        ModifiedAt = default,
    };

    private static Task<string?> NameAsync(DirectoryWorld world, string member) =>
        world.Core.Store.ReadAsync(db => db.Listings.Where(row => row.MemberId == member).Select(row => (string?)row.Name).SingleOrDefaultAsync(Stop), Stop);
}
