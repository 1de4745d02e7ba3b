using System.Security.Cryptography;
using EncryptionService.Service.Keys;
using Xunit;

namespace EncryptionService.Compliance;

/// <summary>What every <see cref="IKeyEncryptionKey"/> must do (docs/spec/keys.md, section 2).</summary>
public abstract class KeyEncryptionKeyCompliance
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One more instance over the place that belongs to this test, which has one version.</summary>
    private protected abstract ValueTask<IKeyEncryptionKey> OpenAsync();

    /// <summary>Makes the next version.</summary>
    private protected abstract void Rotate();

    /// <summary>Takes a version away.</summary>
    private protected abstract void Remove(string id);

    [Fact]
    public async Task What_was_wrapped_is_unwrapped_by_any_instance()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var wrapped = await (await OpenAsync()).WrapAsync(secret, Token);
        Assert.Equal("RSA-OAEP-256", wrapped.Algorithm);
        Assert.Equal(secret, await (await OpenAsync()).UnwrapAsync(wrapped, Token));
    }

    [Fact]
    public async Task Wrapping_twice_shows_no_likeness()
    {
        var kek = await OpenAsync();
        var secret = RandomNumberGenerator.GetBytes(32);
        var first = await kek.WrapAsync(secret, Token);
        var second = await kek.WrapAsync(secret, Token);
        Assert.False(first.Blob.Span.SequenceEqual(second.Blob.Span));
        Assert.Equal(-1, first.Blob.Span.IndexOf(secret));
    }

    [Fact]
    public async Task The_newest_version_wraps_and_the_recorded_one_unwraps()
    {
        var kek = await OpenAsync();
        var secret = RandomNumberGenerator.GetBytes(32);
        var old = await kek.WrapAsync(secret, Token);
        Rotate();
        var young = await kek.WrapAsync(secret, Token);
        Assert.NotEqual(old.KeyId, young.KeyId);
        Assert.Equal(young.KeyId, await kek.GetCurrentIdAsync(mayCreate: false, Token));
        Assert.Equal(secret, await kek.UnwrapAsync(old, Token));
        Assert.Equal(secret, await kek.UnwrapAsync(young, Token));
    }

    [Fact]
    public async Task A_version_that_is_gone_is_named_and_no_other_is_tried()
    {
        var kek = await OpenAsync();
        var old = await kek.WrapAsync(new byte[32], Token);
        Rotate();
        Remove(old.KeyId);
        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.UnwrapAsync(old, Token));
        Assert.False(refusal.Passes);
        Assert.Contains(old.KeyId.Split('/')[^1].Split(':')[^1][..8], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_was_changed_is_a_changed_ledger()
    {
        var kek = await OpenAsync();
        var wrapped = await kek.WrapAsync(new byte[32], Token);
        var blob = wrapped.Blob.ToArray();
        blob[^1] ^= 1;
        var refusal = await Assert.ThrowsAsync<StartupException>(async () => await kek.UnwrapAsync(wrapped with { Blob = blob }, Token));
        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
    }

    [Theory]
    [InlineData("RSA1_5")]
    [InlineData("RSA-OAEP")]
    [InlineData("")]
    public async Task Another_algorithm_is_refused(string algorithm)
    {
        var kek = await OpenAsync();
        var wrapped = await kek.WrapAsync(new byte[32], Token);
        await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.UnwrapAsync(wrapped with { Algorithm = algorithm }, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("local:kek-000009.p8/AAAA")]
    [InlineData("local:../../etc/passwd/AAAA")]
    [InlineData("https://other.example/keys/wrapping-key/0123456789abcdef0123456789abcdef")]
    public async Task A_key_of_another_keeper_is_refused(string keyId)
    {
        var kek = await OpenAsync();
        var wrapped = await kek.WrapAsync(new byte[32], Token);
        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.UnwrapAsync(wrapped with { KeyId = keyId }, Token));
        Assert.False(refusal.Passes);
    }
}

/// <summary>What every <see cref="IOrganizationKey"/> must do (docs/spec/keys.md, section 2).</summary>
public abstract class OrganizationKeyCompliance
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One more instance over the place that belongs to this test.</summary>
    private protected abstract ValueTask<IOrganizationKey> OpenAsync();

    [Fact]
    public async Task A_signature_verifies_under_the_public_key_of_any_instance()
    {
        var data = RandomNumberGenerator.GetBytes(500);
        var signing = await OpenAsync();
        var version = await signing.GetVersionAsync(mayCreate: true, Token);
        var key = version.Public;
        var signature = await signing.SignAsync(version, data, Token);
        Assert.Equal(64, signature.Length);
        Assert.True(key.Verify(data, signature));
        Assert.False(key.Verify(data.AsSpan(1), signature));
        Assert.Equal(key.Thumbprint, (await (await OpenAsync()).GetVersionAsync(mayCreate: false, Token)).Public.Thumbprint);
    }
}
