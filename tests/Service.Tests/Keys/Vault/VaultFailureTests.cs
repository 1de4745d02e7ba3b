using EncryptionService.AzureStandIn;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>Every row of docs/spec/keys.md, section 4: what passes, what does not, and what an administrator is told.</summary>
public sealed class VaultFailureTests : IAsyncLifetime
{
    private static readonly byte[] secret = [.. Enumerable.Repeat((byte)0xa7, 32)];

    private VaultScene scene = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await VaultScene.StartAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData(FaultKind.ForbiddenByRbac, "Access control (IAM)")]
    [InlineData(FaultKind.Forbidden, "can last ten minutes")]
    [InlineData(FaultKind.ForbiddenByFirewall, "under Networking")]
    [InlineData(FaultKind.ForbiddenByConnection, "under Networking")]
    [InlineData(FaultKind.Unauthorized, "refuses the service's token")]
    [InlineData(FaultKind.Throttled, "busy")]
    [InlineData(FaultKind.Unavailable, "busy or out of order")]
    [InlineData(FaultKind.Abort, "cannot be reached")]
    [InlineData(FaultKind.Hang, "did not answer in time")]
    public async Task What_waiting_may_mend_passes(FaultKind kind, string told)
    {
        scene.Vault.Faults.Add(new Fault(kind));
        var failure = await FailAsync(async () => await scene.Kek.WrapAsync(secret, Token));
        Assert.True(failure.Passes);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.Equal(kind is FaultKind.ForbiddenByRbac or FaultKind.Forbidden, failure.Message.Contains("Access control (IAM)", StringComparison.Ordinal));
        scene.Vault.Faults.Clear();
        Assert.Equal(secret, await scene.Kek.UnwrapAsync(await scene.Kek.WrapAsync(secret, Token), Token));
    }

    [Fact]
    public async Task A_vault_that_nobody_answers_for_passes()
    {
        await scene.Vault.StopVaultAsync();
        var failure = await FailAsync(async () => await scene.Kek.GetCurrentIdAsync(false, Token));
        Assert.True(failure.Passes);
        Assert.Contains("cannot be reached", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false, "unwrapkey", "is disabled")]
    [InlineData(true, false, "wrapkey", "is disabled")]
    [InlineData(false, true, "wrapkey", "is expired")]
    public async Task A_version_that_is_switched_off_does_not_pass(bool disabled, bool expired, string operation, string told)
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        scene.Vault.Keys.Change("wrapping-key", null, version => version with { Enabled = !disabled, Expires = expired ? 1 : null });
        var failure = await FailAsync(async () => _ = operation == "wrapkey" ? (object)await scene.Kek.WrapAsync(secret, Token) : await scene.Kek.UnwrapAsync(wrapped, Token));
        Assert.False(failure.Passes);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_version_still_unwraps()
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        scene.Vault.Keys.Change("wrapping-key", null, version => version with { Expires = 1 });
        Assert.Equal(secret, await scene.Kek.UnwrapAsync(wrapped, Token));
    }

    [Fact]
    public async Task A_deleted_key_does_not_pass_and_recovery_is_named()
    {
        scene.Vault.Keys.SetDeleted("wrapping-key", true);
        var failure = await FailAsync(async () => await scene.Kek.GetCurrentIdAsync(false, Token));
        Assert.False(failure.Passes);
        Assert.Contains("Manage deleted keys", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Throttling_is_waited_out_where_it_is_short()
    {
        await using var patient = await VaultScene.StartAsync(attempts: 3);
        patient.Vault.Faults.Add(new Fault(FaultKind.Throttled, Times: 2, RetryAfter: 0));
        await patient.Kek.GetCurrentIdAsync(false, Token);
        Assert.Equal(2, patient.Vault.Calls.Calls.Count(call => call.Status == 429));
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_no_failure_of_the_vault()
    {
        scene.Vault.Faults.Add(new Fault(FaultKind.Hang));
        using var caller = new CancellationTokenSource();
        scene.Vault.Calls.Changed = () => { };
        var call = scene.Kek.GetCurrentIdAsync(false, caller.Token).AsTask();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Theory]
    [InlineData("""{"kid":"https://elsewhere.example/keys/wrapping-key/00","value":"AAAA"}""")]
    [InlineData("""{"kid":1,"value":"AAAA"}""")]
    [InlineData("""{"value":"AAAA"}""")]
    [InlineData("""{"kid":"x","kid":"y","value":"AAAA"}""")]
    [InlineData("""{"kid":"x","value":"not base64url!"}""")]
    [InlineData("""{"kid":"$","value":"AAAA"} {}""")]
    [InlineData("""{"kid":"$","value":"AAAA"}x""")]
    [InlineData("""{"kid":"$","value":"AAAA"}]""")]
    [InlineData("""{"kid":"$","value":"AAA="}""")]
    [InlineData("""{"kid":"$","value":"AA=="}""")]
    [InlineData("""{"kid":"$","value":"AA AA"}""")]
    [InlineData("""{"kid":"$","value":" AAAA"}""")]
    [InlineData("""{"kid":"$","value":"AAB"}""")]
    [InlineData("""{"kid":"$","value":"A+/A"}""")]
    [InlineData("""{"kid":" $","value":"AAAA"}""")]
    [InlineData("""{"kid":"$ ","value":"AAAA"}""")]
    [InlineData("""{"kid":"$\n","value":"AAAA"}""")]
    [InlineData("""{"kid":"$/","value":"AAAA"}""")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{")]
    public async Task Answers_that_do_not_fit_the_question_are_refused(string body)
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        scene.Vault.Intercept = async context =>
        {
            await context.Response.WriteAsync(body.Replace("$", wrapped.KeyId, StringComparison.Ordinal), Token);
            return true;
        };
        var failure = await FailAsync(async () => await scene.Kek.UnwrapAsync(wrapped, Token));
        Assert.False(failure.Passes);
        Assert.DoesNotContain("elsewhere.example", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task White_space_behind_an_answer_is_no_fault()
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        scene.Vault.Intercept = async context =>
        {
            await context.Response.WriteAsync($"{{\"kid\":\"{wrapped.KeyId}\",\"value\":\"AAAA\"}}\r\n", Token);
            return true;
        };
        Assert.Equal(new byte[3], await scene.Kek.UnwrapAsync(wrapped, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    [InlineData(255)]
    [InlineData(256)] // the length of another key
    [InlineData(385)]
    public async Task A_wrapped_key_of_another_length_than_the_modulus_is_refused(int length)
    {
        var kek = scene.Kek;
        var id = await kek.GetCurrentIdAsync(false, Token);
        scene.Vault.Intercept = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("/wrapkey", StringComparison.Ordinal))
            {
                return false;
            }

            await context.Response.WriteAsync($"{{\"kid\":\"{id}\",\"value\":\"{Base64UrlText.Encode(new byte[length])}\"}}", Token);
            return true;
        };
        var failure = await FailAsync(async () => await kek.WrapAsync(secret, Token));
        Assert.False(failure.Passes);
        Assert.Contains($"{length} bytes", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(383)]
    [InlineData(1024)]
    public async Task A_recorded_blob_of_an_impossible_length_is_a_changed_ledger_and_nobody_is_asked(int length)
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        scene.Vault.Calls.Clear();
        var refusal = await Assert.ThrowsAsync<StartupException>(async () => await scene.Kek.UnwrapAsync(wrapped with { Blob = new byte[length] }, Token));
        Assert.Equal(ExitCode.Disagreement, refusal.ExitCode);
        Assert.Empty(scene.Vault.Calls.Calls);
    }

    [Theory]
    [InlineData("https://other.example/keys/wrapping-key/#")]
    [InlineData("https://localhost/keys/wrapping-key/#")] // another port
    [InlineData("http:$keys/wrapping-key/#")]
    [InlineData("https:$keys/organization-key/#")]
    [InlineData("https:$keys/wrapping-key/")]
    [InlineData("https:$keys/wrapping-key/#/")]
    [InlineData("https:$keys/wrapping-key/#?x=1")]
    [InlineData("https:$keys/wrapping-key/#/decrypt")]
    [InlineData("https:$keys/../keys/wrapping-key/#")]
    [InlineData("https:$secrets/wrapping-key/#")]
    [InlineData(" https:$keys/wrapping-key/#")]
    [InlineData("https:$keys/wrapping-key/# ")]
    [InlineData("https:$keys/wrapping-key/#\t")]
    public async Task A_recorded_id_that_is_not_the_configured_vaults_is_never_an_address(string id)
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        scene.Vault.Calls.Clear();
        var asked = scene.Credential.Asked.Count;
        var recorded = id.Replace("$", $"//localhost:{scene.Vault.VaultUrl.Port}/", StringComparison.Ordinal).Replace("#", wrapped.KeyId.Split('/')[^1], StringComparison.Ordinal);
        var refusal = await FailAsync(async () => await scene.Kek.UnwrapAsync(wrapped with { KeyId = recorded }, Token));
        Assert.False(refusal.Passes);
        Assert.Contains("Start the service with the vault and the key that made this ledger", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(scene.Vault.Calls.Calls);
        Assert.Equal(asked, scene.Credential.Asked.Count);
    }

    [Theory]
    [InlineData(" $")]
    [InlineData("$ ")]
    [InlineData("$?x=1")]
    [InlineData("$/")]
    public async Task A_key_whose_id_is_not_exactly_an_id_is_refused(string id)
    {
        var kid = await scene.Kek.GetCurrentIdAsync(false, Token);
        scene.Vault.Intercept = async context =>
        {
            await context.Response.WriteAsync(
                $"{{\"key\":{{\"kid\":\"{id.Replace("$", kid, StringComparison.Ordinal)}\",\"kty\":\"RSA\",\"n\":\"{Base64UrlText.Encode(new byte[384])}\",\"e\":\"AQAB\"}}}}", Token);
            return true;
        };
        var failure = await FailAsync(async () => await scene.Kek.GetCurrentIdAsync(false, Token));
        Assert.Contains("another key", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        var wrapped = await scene.Kek.WrapAsync(secret, Token);
        scene.Vault.Intercept = async context =>
        {
            await context.Response.WriteAsync(new string(' ', 33_000), Token);
            return true;
        };
        Assert.Contains("more than any answer has", (await FailAsync(async () => await scene.Kek.UnwrapAsync(wrapped, Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_failure_says_a_byte_of_the_secret()
    {
        scene.Vault.Faults.Add(new Fault(FaultKind.Unavailable, "wrapkey"));
        var failure = await FailAsync(async () => await scene.Kek.WrapAsync(secret, Token));
        Assert.DoesNotContain(System.Buffers.Text.Base64Url.EncodeToString(secret)[..12], failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", failure.ToString(), StringComparison.Ordinal);
    }

    private static Task<KeyUnavailableException> FailAsync(Func<Task> call) => Assert.ThrowsAsync<KeyUnavailableException>(call);
}
