using System.Net.Mime;
using System.Text;
using EncryptionService.Formats;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Client.Tests.Setting;

/// <summary>A core that plays docs/spec/member.md over real HTTP, as strictly as the page says, and that can be made to lie.</summary>
internal sealed class StubCore : IAsyncDisposable
{
    public const string Id = "core-1";
    public const string OperatorToken = "operator-token-1";

    private readonly WebApplication app;

    private StubCore(WebApplication app, ServiceWorld service)
    {
        this.app = app;
        Members = new StubMembers(service);
        Operators = new StubOperators(service);
    }

    public StubMembers Members { get; }

    public StubOperators Operators { get; }

    public string Address { get; private set; } = "";

    /// <summary>Every request as it came: method, path and body.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Answers in the core's stead; false: the core answers itself.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Runs once the core has done its work, before it answers.</summary>
    public Action<HttpContext>? Before { get; set; }

    public static async Task<StubCore> StartAsync(ServiceWorld service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var core = new StubCore(app, service);
        app.Run(core.AnswerAsync);
        await app.StartAsync();
        core.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return core;
    }

    public string Link(string token) => $"{Address}/join#{token}";

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory);
        var path = context.Request.Path + context.Request.QueryString;
        Requests.Add($"{context.Request.Method} {path} {Encoding.UTF8.GetString(memory.ToArray())}");
        if (Instead is not null && await Instead(context))
        {
            return;
        }

        var request = new StubRequest(context.Request.Method, path, memory.ToArray(), context.Request.Headers.Authorization.ToString());
        var answer = context.Request.Path.StartsWithSegments("/operator", StringComparison.Ordinal) ? Operators.Answer(request) : Members.Answer(request);
        Before?.Invoke(context);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Status == 200 ? MediaTypeNames.Application.Json : MediaTypeNames.Application.ProblemJson;
        await context.Response.WriteAsync(answer.Body);
    }
}

/// <summary>A request.</summary>
internal sealed record StubRequest(string Method, string Path, byte[] Body, string Authorization)
{
    public string Bearer => Authorization.StartsWith("Bearer ", StringComparison.Ordinal) ? Authorization["Bearer ".Length..] : "";

    /// <summary>The members of the body, which must be exactly these.</summary>
    public string[]? Texts(params string[] names)
    {
        if (!StrictJson.TryRead(Body, out var json, out _))
        {
            return null;
        }

        string[] texts = [.. names.Select(name => json.Text(name, JwsTypes.MaxApproval))];
        return json.TryFinish(out _) ? texts : null;
    }
}

/// <summary>An answer.</summary>
internal sealed record StubAnswer(int Status, string Body)
{
    public static StubAnswer Problem(int status, string type, string title = "It is not possible.", string detail = "Do something else.")
        => new(status, $$"""{"type":"urn:encryption-service:{{type}}","title":"{{title}}","detail":"{{detail}}","status":{{status}},"traceId":"00-1"}""");
}
