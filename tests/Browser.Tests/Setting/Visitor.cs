using System.Globalization;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace EncryptionService.Browser.Tests.Setting;

/// <summary>A person in front of a browser, and a witness: whatever the browser complains about fails the test that asks.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    /// <summary>Most that a page may bring over the wire, in bytes.</summary>
    private const long MostBytes = 200 * 1024;

    private readonly IBrowserContext context;
    private readonly Lock gate = new();
    private readonly List<string> complaints = [];
    private readonly List<Task> counting = [];
    private long bytes;

    private readonly bool script;

    private Visitor(IBrowserContext context, IPage page, bool script)
    {
        this.context = context;
        this.script = script;
        Page = page;
        page.Console += (_, message) => Complain(message.Type is "error" or "warning", message.Text);
        page.PageError += (_, error) => Complain(true, error);
        page.RequestFinished += (_, request) => Count(request);
        page.RequestFailed += (_, request) => Complain(request.Failure is not ("net::ERR_ABORTED" or null), $"{request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    public IBrowserContext Context => context;

    /// <summary>Errors and warnings of the console, among them every breach of the content security policy, and calls that failed.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (gate)
            {
                return [.. complaints];
            }
        }
    }

    public static async Task<Visitor> StartAsync(IBrowserContext context, bool script)
    {
        context.SetDefaultTimeout(20_000);
        return new Visitor(context, await context.NewPageAsync(), script);
    }

    /// <summary>Opens an address, and holds the page to what every page of the house keeps: weight, policy, accessibility, nothing to scroll sideways.</summary>
    public async Task<IResponse> OpenAsync(Uri address)
    {
        Interlocked.Exchange(ref bytes, 0);
        var response = await Page.GotoAsync(address.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.NotNull(response);
        await InspectAsync();
        await Loads.WriteAsync(Page);
        return response;
    }

    /// <summary>Holds the page as it stands to what every page keeps.</summary>
    public async Task InspectAsync()
    {
        Task[] open;
        lock (gate)
        {
            open = [.. counting];
        }

        await Task.WhenAll(open);
        var weight = Interlocked.Read(ref bytes);
        Assert.True(weight <= MostBytes, string.Create(CultureInfo.InvariantCulture, $"{Page.Url} weighs {weight} bytes."));
        if (!script)
        {
            return;
        }

        var found = await Page.RunAxe();
        var serious = found.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}");
        Assert.True(!serious.Any(), $"{Page.Url}{Environment.NewLine}{string.Join(Environment.NewLine, serious)}");
        var (inner, outer) = (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await Page.EvaluateAsync<int>("document.documentElement.clientWidth"));
        Assert.True(inner <= outer, string.Create(CultureInfo.InvariantCulture, $"{Page.Url} is {inner} pixels wide in a window of {outer}."));
        Assert.Empty(Complaints);
    }

    /// <summary>Keeps what is on the screen as test output, without what must not be kept: keys of authenticator apps, recovery codes.</summary>
    /// <param name="name">Name of the file, without ending.</param>
    /// <param name="whole">The whole page, also what has to be scrolled to.</param>
    public Task KeepAsync(string name, bool whole = true) => Page.ScreenshotAsync(new()
    {
        Path = Path.Combine(Screenshots.Folder, $"{name}.png"),
        FullPage = whole,
        Animations = ScreenshotAnimations.Disabled,
        Mask = [Page.Locator("#totp-key, .qr-row svg, #recovery-codes")],
        MaskColor = "#9aa3af",
    });

    public async ValueTask DisposeAsync() => await context.DisposeAsync();

    private void Complain(bool really, string text)
    {
        if (really)
        {
            lock (gate)
            {
                complaints.Add(text);
            }
        }
    }

    private void Count(IRequest request)
    {
        lock (gate)
        {
            counting.Add(AddAsync(request));
        }
    }

    private async Task AddAsync(IRequest request)
    {
        var sizes = await request.SizesAsync();
        Interlocked.Add(ref bytes, sizes.ResponseBodySize + sizes.ResponseHeadersSize);
    }
}
