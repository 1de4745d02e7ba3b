using System.Security.Cryptography;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>The panel's own files. Their names carry their hash, so that browsers may keep them.</summary>
internal static class PanelAssets
{
    private const string Root = "/admin/assets/";

    private static readonly Dictionary<string, (byte[] Body, string Type)> files = new[]
    {
        Read("panel.css", "text/css; charset=utf-8"), Read("panel.js", "text/javascript; charset=utf-8"), Read("icon.svg", "image/svg+xml"),
    }.ToDictionary(file => file.Name, file => (file.Body, file.Type));

    /// <summary>Address of the style sheet.</summary>
    public static string Style { get; } = AddressOf("panel.", ".css");

    /// <summary>Address of the script.</summary>
    public static string Script { get; } = AddressOf("panel.", ".js");

    /// <summary>Address of the icon.</summary>
    public static string Icon { get; } = AddressOf("icon.", ".svg");

    /// <summary>Answers <c>/admin/assets/{name}</c>.</summary>
    public static Task ServeAsync(HttpContext context)
    {
        if (context.Request.RouteValues["name"] is not string name || !files.TryGetValue(name, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = file.Type;
        context.Response.ContentLength = file.Body.Length;
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(file.Body, context.RequestAborted).AsTask();
    }

    private static string AddressOf(string start, string end) =>
        Root + files.Keys.Single(name => name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal));

    private static (string Name, byte[] Body, string Type) Read(string name, string type)
    {
        using var resource = typeof(PanelAssets).Assembly.GetManifestResourceStream($"panel/{name}") ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        var body = bytes.ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(body))[..16];
        return ($"{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}", body, type);
    }
}
