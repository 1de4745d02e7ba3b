using System.Security.Cryptography;
using EncryptionService.Formats;

namespace EncryptionService.Envelopes.Tests;

/// <summary>Vault keys, commitments, links and adopted keys.</summary>
public sealed class KeyTests : IDisposable
{
    private static readonly OrganizationId home = Ids.Organization("o1");
    private static readonly GroupId team = Ids.Group("g1");
    private readonly VaultKey key = VaultKey.Generate();
    private readonly VaultKey older = VaultKey.Generate();

    public void Dispose()
    {
        key.Dispose();
        older.Dispose();
    }

    [Fact]
    public void A_vault_key_shows_nothing_of_itself()
    {
        var encodings = new[] { Convert.ToHexString(key.Reveal()), Convert.ToBase64String(key.Reveal()), Base64UrlText.Encode(key.Reveal()) };
        using var person = MemberPrivateKeys.Generate(Suite.Hpke4);
        Assert.Equal("VaultKey", key.ToString());
        Assert.Equal("VaultKey", $"{key}");
        Assert.Equal("MemberPrivateKeys", person.ToString());
        Assert.All(encodings, text => Assert.DoesNotContain(text, key.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(typeof(VaultKey).GetProperties(), property => property.CanRead);
    }

    [Fact]
    public void A_disposed_vault_key_is_zeroed_and_refuses()
    {
        var gone = VaultKey.Generate();
        var memory = gone.Reveal();
        Assert.True(memory.ContainsAnyExcept((byte)0));
        gone.Dispose();
        Assert.False(memory.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => gone.Reveal().Length);
        Assert.Throws<ObjectDisposedException>(() => Commitment.Compute(gone, home, team, 1));
    }

    [Fact]
    public void Two_vault_keys_differ_and_only_32_bytes_are_one()
    {
        Assert.False(key.FixedTimeEquals(older));
        using var copy = VaultKey.Import(key.Reveal());
        Assert.True(key.FixedTimeEquals(copy));
        Assert.Throws<ArgumentOutOfRangeException>(() => VaultKey.Import(new byte[31]));
        Assert.Throws<ArgumentOutOfRangeException>(() => VaultKey.Import(new byte[33]));
    }

    [Theory]
    [InlineData("o2", "g1", 1)]
    [InlineData("o1", "g2", 1)]
    [InlineData("o1", "g1", 2)]
    [InlineData("o1g", "1", 1)]
    public void A_commitment_binds_organization_group_epoch_and_key(string organization, string group, ulong epoch)
    {
        var commitment = Commitment.Compute(key, home, team, 1);
        Assert.True(Commitment.Verify(key, home, team, 1, commitment));
        Assert.False(Commitment.Verify(older, home, team, 1, commitment));
        Assert.False(Commitment.Verify(key, Ids.Organization(organization), Ids.Group(group), epoch, commitment));
    }

    [Fact]
    public void A_commitment_is_the_HMAC_of_the_specification()
    {
        byte[] message = [0, 13, .. "eec-commit/v1"u8, 0, 2, .. "o1"u8, 0, 2, .. "g1"u8, 0, 0, 0, 0, 0, 0, 1, 2];
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Reveal().ToArray(), 32, [], "commit"u8.ToArray());
        Assert.Equal(HMACSHA256.HashData(derived, message), Commitment.Compute(key, home, team, 258).ToArray());
    }

    [Fact]
    public void A_link_opens_to_the_older_key_in_its_own_place_only()
    {
        var link = KeyLinks.Seal(key, older, home, team, 5, 4);
        using var opened = KeyLinks.TryOpen(key, home, team, 5, link);
        Assert.True(opened!.FixedTimeEquals(older));
        Assert.Null(KeyLinks.TryOpen(older, home, team, 5, link));
        Assert.Null(KeyLinks.TryOpen(key, Ids.Organization("o2"), team, 5, link));
        Assert.Null(KeyLinks.TryOpen(key, home, Ids.Group("g2"), 5, link));
        Assert.Null(KeyLinks.TryOpen(key, home, team, 6, link));
        Assert.Null(KeyLinks.TryOpen(key, home, team, 5, link with { OlderEpoch = 3 }));
        Assert.Null(KeyLinks.TryOpen(key, home, team, 5, link with { SealedKey = new byte[47] }));
        for (var index = 0; index < KeyLink.Size; index++)
        {
            var changed = link.SealedKey.ToArray();
            changed[index] ^= 1;
            Assert.Null(KeyLinks.TryOpen(key, home, team, 5, link with { SealedKey = changed }));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => KeyLinks.Seal(key, older, home, team, 5, 5));
    }

    [Fact]
    public void A_link_is_the_AES_GCM_of_the_specification()
    {
        byte[] aad = [0, 11, .. "eec-link/v1"u8, 0, 2, .. "o1"u8, 0, 2, .. "g1"u8, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 4];
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Reveal().ToArray(), 32, [], "link"u8.ToArray());
        var expected = new byte[48];
        using var cipher = new AesGcm(derived, 16);
        cipher.Encrypt(new byte[12], older.Reveal(), expected.AsSpan(0, 32), expected.AsSpan(32), aad);
        Assert.Equal(expected, KeyLinks.Seal(key, older, home, team, 5, 4).SealedKey.ToArray());
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void An_adopted_key_is_bound_to_organization_group_owner_and_adoption_key(string alg)
    {
        Assert.True(Suite.TryGet(alg, out var suite));
        using var service = MemberPrivateKeys.Generate(suite);
        using var another = MemberPrivateKeys.Generate(suite);
        var owner = Ids.Member("owner");
        var jwe = AdoptedKey.Seal(key, service.Public.Hpke, home, team, owner);
        using var opened = AdoptedKey.TryOpen(jwe, service.Hpke, home, team, owner);
        Assert.True(opened!.FixedTimeEquals(key));
        Assert.Null(AdoptedKey.TryOpen(jwe, another.Hpke, home, team, owner));
        Assert.Null(AdoptedKey.TryOpen(jwe, service.Hpke, Ids.Organization("o2"), team, owner));
        Assert.Null(AdoptedKey.TryOpen(jwe, service.Hpke, home, Ids.Group("g2"), owner));
        Assert.Null(AdoptedKey.TryOpen(jwe, service.Hpke, home, team, Ids.Member("other")));
        Assert.Null(AdoptedKey.TryOpen(null, service.Hpke, home, team, owner));
        var parts = jwe.Split('.');
        Assert.True(Base64UrlText.TryDecode(parts[0], out var header));
        parts[0] = Base64UrlText.Encode(System.Text.Encoding.UTF8.GetBytes(
            Claims.Edit(System.Text.Encoding.UTF8.GetString(header), "grp", "\"g2\"")));
        Assert.Null(AdoptedKey.TryOpen(string.Join('.', parts), service.Hpke, home, Ids.Group("g2"), owner));
    }

    [Fact]
    public void History_stops_where_a_key_is_not_the_one_that_was_committed_to()
    {
        using var world = new World();
        var alice = new Person("alice");
        world.Add(alice);
        using var first = VaultKey.Import(world.Key!.Reveal());
        world.Rotate();
        world.Rotate();
        using var result = Opener.Open(world.RequestOf(alice));
        using var read = History.TryRead(result.Key!, result.Statements, 1);
        Assert.True(read!.FixedTimeEquals(first));
        Assert.Null(History.TryRead(result.Key!, result.Statements, 3));
        Assert.Null(History.TryRead(result.Key!, result.Statements, 0));
        Assert.Null(History.TryRead(result.Key!, [.. result.Statements.Skip(1)], 1));
        var lying = result.Statements.Select(statement =>
            statement.Epoch == 1 ? statement with { Commitment = Digest32.Of("other"u8) } : statement).ToArray();
        Assert.Null(History.TryRead(result.Key!, lying, 1));
        using var second = History.TryRead(result.Key!, lying, 2);
        Assert.NotNull(second);
    }

    public static TheoryData<string> Suites() => [.. Suite.All.Select(suite => suite.Name)];
}
