using System.Security.Cryptography;
using EncryptionService.Compliance;
using EncryptionService.Envelopes;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Ledger.Records;
using EncryptionService.Service.Tests.Rooms;
using Google.Protobuf;
using Xunit;

namespace EncryptionService.Service.Tests.Keys;

/// <summary>The root: made once, unsealed at every start, or a refusal that says why (docs/spec/ledger.md, section 6).</summary>
public sealed class RootTests : RoomsTest
{
    private string KekPath => Path.Combine(Place.KeyFolder, "kek-000001.p8");

    private string OrganizationKeyPath => Path.Combine(Place.KeyFolder, "organization-key.p8");

    [Fact]
    public async Task The_second_start_is_the_same_service_and_needs_no_token()
    {
        var first = await StartAsync();
        Place.Settings["Service:EnrolmentToken"] = null;

        var second = await StartAsync();

        Assert.Equal(first.Ring.Keys.IdentityThumbprint, second.Ring.Keys.IdentityThumbprint);
        Assert.Equal(first.Ring.Keys.CallKey.Thumbprint, second.Ring.Keys.CallKey.Thumbprint);
        Assert.Equal(first.Ring.Keys.Certificate.Jws.Compact, second.Ring.Keys.Certificate.Jws.Compact);
        Assert.Single(Place.Memory.Segments);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public async Task An_empty_ledger_without_a_token_makes_no_root_and_no_keys(string? token)
    {
        using var place = new ServicePlace(withWrappingKey: false);
        place.Settings["Service:EnrolmentToken"] = token;

        var refusal = await Assert.ThrowsAsync<StartupException>(() => InProcessService.StartAsync(place));

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
        Assert.Contains("EnrolmentToken", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(place.KeyFolder));
        Assert.DoesNotContain(place.Memory.Segments.Values, bytes => bytes.Length > 0);
    }

    [Fact]
    public async Task A_first_start_makes_key_files_for_their_owner_only()
    {
        using var place = new ServicePlace(withWrappingKey: false);
        await using var service = await InProcessService.StartAsync(place);

        Assert.Equal(["kek-000001.p8", "organization-key.generation", "organization-key.p8"], Directory.GetFiles(place.KeyFolder).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(place.KeyFolder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(place.KeyFolder));
    }

    [Theory]
    [InlineData("kek-000001.p8", UnixFileMode.GroupRead)]
    [InlineData("kek-000001.p8", UnixFileMode.OtherRead)]
    [InlineData("organization-key.p8", UnixFileMode.OtherWrite)]
    public async Task Key_files_that_are_open_to_others_are_refused(string file, UnixFileMode open)
    {
        await StartAsync();
        var path = Path.Combine(Place.KeyFolder, file);
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | open);

        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(() => StartAsync());

        Assert.Contains("chmod 600 " + path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_wrapping_key_is_named_and_never_made_again()
    {
        await StartAsync();
        File.Delete(KekPath);

        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(() => StartAsync());

        Assert.Contains(KekPath, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(KekPath));
    }

    [Fact]
    public async Task Another_key_under_the_same_file_name_is_refused_as_foreign()
    {
        await StartAsync();
        File.Delete(KekPath);
        using var foreign = RSA.Create(2048);
        KeyFile.Create(KekPath, foreign);

        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(() => StartAsync());

        Assert.Contains("another key", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrapped_key_that_does_not_open_is_refused()
    {
        await using var service = InProcessService.Build(Place);
        var kek = service.Get<IKeyEncryptionKey>();
        var wrapped = await kek.WrapAsync(new byte[32], Token);
        var blob = wrapped.Blob.ToArray();
        blob[^1] ^= 1;

        await Assert.ThrowsAsync<StartupException>(async () => await kek.UnwrapAsync(wrapped with { Blob = blob }, Token));
        await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.UnwrapAsync(wrapped with { Algorithm = "RSA1_5" }, Token));
        await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.UnwrapAsync(wrapped with { KeyId = "https://vault/keys/1" }, Token));
        Assert.Throws<StartupException>(() => RootKey.Take(new byte[31]));
    }

    [Fact]
    public async Task A_missing_organization_key_is_named_and_never_made_again()
    {
        await StartAsync();
        File.Delete(OrganizationKeyPath);

        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(() => StartAsync());

        Assert.Contains(OrganizationKeyPath, refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(OrganizationKeyPath));
    }

    [Fact]
    public async Task A_foreign_organization_key_is_a_disagreement()
    {
        await StartAsync();
        File.Delete(OrganizationKeyPath);
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        KeyFile.Create(OrganizationKeyPath, foreign);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync());

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
    }

    [Fact]
    public async Task A_key_file_of_another_kind_or_in_halves_is_refused()
    {
        await StartAsync();
        File.Copy(OrganizationKeyPath, KekPath, overwrite: true);
        await Assert.ThrowsAsync<KeyUnavailableException>(() => StartAsync());
        await File.WriteAllBytesAsync(KekPath, (await File.ReadAllBytesAsync(OrganizationKeyPath, Token))[..20], Token);
        await Assert.ThrowsAsync<KeyUnavailableException>(() => StartAsync());
    }

    [Fact]
    public async Task The_ledger_of_another_organization_is_a_disagreement()
    {
        await StartAsync();
        Place.Settings["Service:OrganizationId"] = "o2";

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync());

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
        Assert.Contains("o1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_stream_that_was_renamed_to_another_organization_is_damaged()
    {
        await StartAsync();
        Place.Settings["Service:OrganizationId"] = "o2";
        await RewriteAsync(created => created.OrganizationId = "o2");

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync());

        Assert.True(refusal is LedgerDamagedException or StartupException, refusal.GetType().Name);
    }

    [Theory]
    [InlineData("another identity")]
    [InlineData("another adoption key")]
    public async Task A_certificate_that_disagrees_with_the_sealed_keys_is_refused(string wrong)
    {
        var service = await StartAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var member = MemberPrivateKeys.Generate(Suite.Hpke4);
        var certificate = service.Ring.Keys.Certificate;
        var claims = wrong == "another identity" ? certificate with { Identity = SigningJwk.Of(other) } : certificate with { Adoption = member.Public.Hpke };
        var input = claims.SigningInput();
        var organizationKey = service.Get<IOrganizationKey>();
        var signature = await organizationKey.SignAsync(await organizationKey.GetVersionAsync(mayCreate: false, Token), input, Token);
        await RewriteAsync(created => created.Certificate = Jws.Assemble(input, signature), service.Ring.Keys.LedgerKey);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync());

        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_sealed_key_that_was_changed_or_moved_is_refused(int which)
    {
        var service = await StartAsync();
        await RewriteAsync(
            created =>
            {
                switch (which)
                {
                    case 0:
                        created.SealedIdentity = created.SealedCall;
                        break;
                    case 1:
                        created.SealedAdoption = created.SealedIdentity;
                        break;
                    default:
                        created.SealedCall = ByteString.CopyFrom(created.SealedCall.ToByteArray()[..20]);
                        break;
                }
            },
            service.Ring.Keys.LedgerKey);

        Assert.Equal(ExitCode.Disagreement, (await Assert.ThrowsAsync<StartupException>(() => StartAsync())).ExitCode);
    }

    [Fact]
    public async Task Two_first_replicas_race_and_agree_on_one_root()
    {
        await using var keys = InProcessService.Build(Place);
        await keys.Get<IOrganizationKey>().GetVersionAsync(mayCreate: true, Token);

        var services = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => InProcessService.StartAsync(Place), Token)));

        Assert.Single(services.Select(service => service.Ring.Keys.IdentityThumbprint).Distinct());
        var next = await StartAsync();
        Assert.Equal(next.Ring.Keys.IdentityThumbprint, services[0].Ring.Keys.IdentityThumbprint);
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
    }

    /// <summary>Writes the first record of the root stream anew, under the given key or one of its own.</summary>
    private async Task RewriteAsync(Action<RootCreated> change, LedgerKey? key = null)
    {
        await using var reader = InProcessService.Build(Place);
        var store = reader.Get<RootStore>();
        await store.LoadAsync(Token);
        var created = store.State.Created!.Clone();
        change(created);
        Place.Memory = new MemoryLedger.Place();
        await using var writer = InProcessService.Build(Place);
        var target = writer.Get<RootStore>();
        await target.LoadAsync(Token);
        using var own = LedgerKey.Derive("o2", new byte[32]);
        Assert.True(await target.TryBeginAsync(created, key ?? own, Token));
    }
}
