using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using Azure.Core.Diagnostics;
using Azure.Core.Pipeline;
using EncryptionService.Service.Cloud;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Keys.Vault;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EncryptionService.Service.Tests.Keys.Vault;

/// <summary>The environment belongs to the process, of which there is one.</summary>
[CollectionDefinition("environment", DisableParallelization = true)]
public sealed class EnvironmentTests;

/// <summary>The container platform's token endpoint, as the service's own credential asks it (docs/spec/keys.md, section 4).</summary>
[Collection("environment")]
public sealed class ManagedIdentityTests : IAsyncLifetime
{
    private static readonly string[] variables = ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "AZURE_CLIENT_ID"];

    private readonly Dictionary<string, string?> before = variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);
    private readonly HandTime time = new();
    private VaultScene scene = null!;
    private KeyVaultClientOptions options = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        scene = await VaultScene.StartAsync();
        options = VaultScene.NewClientOptions(scene.Vault, attempts: 1);
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", scene.Vault.IdentityEndpoint.AbsoluteUri);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", scene.Vault.IdentityHeader);
        Environment.SetEnvironmentVariable("AZURE_CLIENT_ID", scene.Vault.ClientId);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        options.Dispose();
        return scene.DisposeAsync();
    }

    [Fact]
    public async Task The_platforms_endpoint_is_asked_as_it_wants_and_once_for_many_calls()
    {
        var asked = new ConcurrentQueue<HttpRequestSeen>();
        scene.Vault.InterceptIdentity = context =>
        {
            asked.Enqueue(HttpRequestSeen.Of(context.Request));
            return Task.FromResult(false);
        };
        var kek = NewKek();
        await kek.UnwrapAsync(await kek.WrapAsync(new byte[32], Token), Token);

        var request = Assert.Single(asked);
        Assert.Equal(("GET", scene.Vault.IdentityHeader, "2019-08-01", scene.Vault.ClientId), (request.Method, request.Header, request.Version, request.ClientId));
        Assert.Equal("https://localhost", Assert.Single(scene.Vault.Calls.Tokens));
    }

    [Theory]
    [InlineData("IDENTITY_HEADER", "another header")]
    [InlineData("AZURE_CLIENT_ID", "00000000-0000-0000-0000-000000000000")]
    public async Task An_endpoint_that_refuses_passes_and_the_identity_is_named(string variable, string value)
    {
        Environment.SetEnvironmentVariable(variable, value);
        await FailAsync(NewKek());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task An_endpoint_that_fails_passes_and_works_again_later(int status)
    {
        var kek = NewKek();
        scene.Vault.InterceptIdentity = context =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };
        await FailAsync(kek);
        scene.Vault.InterceptIdentity = null;
        await kek.GetCurrentIdAsync(false, Token);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_given_up_after_a_minute()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        scene.Vault.InterceptIdentity = async context =>
        {
            var never = new TaskCompletionSource();
            await using (context.RequestAborted.Register(never.SetResult))
            {
                reached.TrySetResult();
                await never.Task;
            }

            return true;
        };
        var kek = NewKek();
        var call = FailAsync(kek);
        await reached.Task;
        time.Pass(TimedCredential.LongestWait);
        Assert.Contains("did not answer in time", (await call).Message, StringComparison.Ordinal);
        scene.Vault.InterceptIdentity = null;
        await kek.GetCurrentIdAsync(false, Token);
    }

    [Theory]
    [InlineData("""{"access_token":"eyJ-secret-token","expires_on":"soon","resource":"https://localhost","token_type":"Bearer"}""")]
    [InlineData("""{"access_token":"eyJ-secret-token" """)]
    [InlineData("eyJ-secret-token")]
    [InlineData("[]")]
    public async Task Nonsense_instead_of_a_token_passes_and_is_not_repeated(string body)
    {
        scene.Vault.InterceptIdentity = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body, Token);
            return true;
        };
        Assert.DoesNotContain("eyJ-secret-token", (await FailAsync(NewKek())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_token_nor_header_is_in_what_the_libraries_can_log()
    {
        var lines = new ConcurrentQueue<string>();
        using (new AzureEventSourceListener((_, text) => lines.Enqueue(text), EventLevel.Verbose))
        {
            await NewKek().GetCurrentIdAsync(false, Token);
            Environment.SetEnvironmentVariable("IDENTITY_HEADER", "another-header-of-this-test");
            lines.Enqueue((await FailAsync(NewKek(fresh: true))).ToString());
        }

        var tokens = scene.Vault.Calls.Calls.Select(call => call.Authorization).Where(shown => shown.Length > 0).Select(shown => shown["Bearer ".Length..]).Distinct().ToList();
        Assert.NotEmpty(tokens);
        Assert.Contains(lines, line => line.Contains("ManagedIdentityCredential.GetToken", StringComparison.Ordinal)); // it listens
        string[] secrets = [.. tokens, .. tokens.Select(token => token.Split('.')[2]), scene.Vault.IdentityHeader, "another-header-of-this-test"];
        Assert.All(lines, line => Assert.DoesNotContain(secrets, secret => line.Contains(secret, StringComparison.Ordinal)));
    }

    private static async Task<KeyUnavailableException> FailAsync(KeyVaultKeyEncryptionKey kek)
    {
        var failure = await Assert.ThrowsAsync<KeyUnavailableException>(async () => await kek.GetCurrentIdAsync(false, Token));
        Assert.True(failure.Passes);
        Assert.Contains("There is no token for key vault localhost", failure.Message, StringComparison.Ordinal);
        Assert.Contains("AZURE_CLIENT_ID", failure.Message, StringComparison.Ordinal);
        return failure;
    }

    /// <summary>The service's own credential, with one try: how often it tries is the library's business, and takes its time.</summary>
    private KeyVaultKeyEncryptionKey NewKek(bool fresh = false)
    {
        if (fresh)
        {
            Environment.SetEnvironmentVariable("AZURE_CLIENT_ID", Guid.CreateVersion7(time.GetUtcNow()).ToString()); // none that a cache knows
        }

        return scene.NewKek(options, time, CloudIdentity.Create(library => library.RetryPolicy = new RetryPolicy(maxRetries: 0)));
    }

    private sealed record HttpRequestSeen(string Method, string Header, string Version, string ClientId)
    {
        public static HttpRequestSeen Of(HttpRequest request)
            => new(request.Method, request.Headers["X-IDENTITY-HEADER"].ToString(), request.Query["api-version"].ToString(), request.Query["client_id"].ToString());
    }
}
