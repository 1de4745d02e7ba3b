using Azure.Core;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Keys.Vault;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>How long a call may take, and what ends it (docs/spec/keys.md, section 3). No test waits for the real clock.</summary>
public sealed class VaultPatienceTests : IAsyncLifetime
{
    private readonly HandTime time = new();
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private VaultScene scene = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await VaultScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData("Retry-After", "11", 11)]
    [InlineData("Retry-After", "3600", 3_600)]
    [InlineData("Retry-After", "99999999999999999999", 86_400)]
    [InlineData("Retry-After", "Mon, 04 May 2026 09:31:40 GMT", 100)]
    [InlineData("Retry-After", "Fri, 01 Jan 9999 00:00:00 GMT", 86_400)]
    [InlineData("retry-after-ms", "60000", 60)]
    [InlineData("x-ms-retry-after-ms", "60000", 60)]
    public async Task A_vault_that_asks_for_much_patience_ends_the_call_and_the_wait_is_told(string header, string value, int seconds)
    {
        using var options = Patient();
        var kek = scene.NewKek(options, time);
        scene.Vault.Intercept = context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers[header] = value;
            return Task.FromResult(true);
        };
        var failure = await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.GetCurrentIdAsync(false, Token));
        Assert.True(failure.Passes);
        Assert.Equal(TimeSpan.FromSeconds(seconds), failure.RetryAfter);
        Assert.Contains($"asks for {seconds} s", failure.Message, StringComparison.Ordinal);
        Assert.Single(scene.Vault.Calls.Calls);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("Mon, 04 May 2026 09:29:00 GMT")]
    public async Task One_that_asks_for_little_or_for_nothing_readable_is_asked_again_within_the_call(string value)
    {
        using var options = Patient();
        var kek = scene.NewKek(options, time);
        scene.Vault.Intercept = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = value;
            return Task.FromResult(true);
        };
        await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.GetCurrentIdAsync(false, Token));
        Assert.Equal(3, scene.Vault.Calls.Calls.Count);
    }

    [Fact]
    public void Up_to_ten_seconds_are_waited_for_in_the_call() => Assert.Equal(TimeSpan.FromSeconds(10), KeyVaultRetryPolicy.LongestWait);

    [Fact]
    public async Task A_body_that_only_drips_ends_after_two_minutes()
    {
        using var options = Patient();
        var kek = scene.NewKek(options, time);
        await kek.GetCurrentIdAsync(false, Token);
        scene.Vault.Intercept = async context =>
        {
            await context.Response.WriteAsync("{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await HangAsync(context);
            return true;
        };
        var call = kek.GetCurrentIdAsync(false, Token).AsTask();
        await reached.Task;
        time.Pass(TimeSpan.FromSeconds(119));
        Assert.False(call.IsCompleted);
        time.Pass(TimeSpan.FromSeconds(1));
        var failure = await Assert.ThrowsAsync<KeyUnavailableException>(() => call);
        Assert.True(failure.Passes);
        Assert.Contains("did not answer in time", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_that_hangs_ends_after_a_minute_and_holds_no_later_call()
    {
        using var options = Patient();
        var credential = new MoodyCredential(scene.Credential, reached);
        var kek = scene.NewKek(options, time, credential);
        var call = kek.GetCurrentIdAsync(false, Token).AsTask();
        await reached.Task;
        time.Pass(TimeSpan.FromMinutes(1));
        var failure = await Assert.ThrowsAsync<KeyUnavailableException>(() => call);
        Assert.True(failure.Passes);
        Assert.Contains("There is no token", failure.Message, StringComparison.Ordinal);

        credential.Hangs = false;
        await kek.GetCurrentIdAsync(false, Token);
    }

    [Fact]
    public async Task Who_gives_up_while_a_credential_hangs_is_not_told_of_a_fault()
    {
        using var options = Patient();
        var kek = scene.NewKek(options, time, new MoodyCredential(scene.Credential, reached));
        using var caller = new CancellationTokenSource();
        var call = kek.GetCurrentIdAsync(false, caller.Token).AsTask();
        await reached.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    /// <summary>As in production, but for the waits between tries, and a network that may take its time: what ends a call here is the call's own end.</summary>
    private KeyVaultClientOptions Patient()
    {
        var options = VaultScene.NewClientOptions(scene.Vault, attempts: 3);
        options.Retry.NetworkTimeout = TimeSpan.FromHours(1);
        return options;
    }

    private async Task HangAsync(HttpContext context)
    {
        var never = new TaskCompletionSource();
        await using (context.RequestAborted.Register(never.SetResult))
        {
            reached.SetResult();
            await never.Task;
        }
    }

    /// <summary>Neither answers nor heeds cancellation, while it hangs.</summary>
    private sealed class MoodyCredential(TokenCredential inner, TaskCompletionSource reached) : TokenCredential
    {
        private readonly TaskCompletionSource<AccessToken> never = new();

        public bool Hangs { get; set; } = true;

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            if (!Hangs)
            {
                return inner.GetTokenAsync(requestContext, cancellationToken);
            }

            reached.SetResult();
            return new ValueTask<AccessToken>(never.Task);
        }
    }
}
