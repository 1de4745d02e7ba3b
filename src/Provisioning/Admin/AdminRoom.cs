using System.Text.Encodings.Web;
using System.Text.Unicode;
using EncryptionService.Provisioning.Admin.Accounts;
using EncryptionService.Provisioning.Admin.Setup;
using EncryptionService.Provisioning.Admin.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.WebEncoders;

namespace EncryptionService.Provisioning.Admin;

/// <summary>Puts the panel into the host.</summary>
internal static class AdminRoom
{
    private const string Root = "/admin";

    /// <summary>Accounts and sessions.</summary>
    public static IServiceCollection AddAdmin(this IServiceCollection services) => services
        .AddSingleton<Passwords>()
        .AddSingleton<TotpSecrets>()
        .AddSingleton<SessionBook>()
        .AddSingleton<SignInDesk>()
        .AddSingleton<SignInLimiter>()
        .AddSingleton<AdministratorBook>()
        .AddSingleton<OwnAccount>()
        .AddSingleton<ServiceStateQuery>()
        .AddSingleton<AuditQuery>();

    /// <summary>The pages: only for a host that serves.</summary>
    public static IServiceCollection AddAdminPages(this IServiceCollection services)
    {
        services.AddSingleton<PanelCookies>().AddSingleton<PanelGate>();
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<PanelCookies>((options, cookies) =>
        {
            options.Cookie.Name = cookies.AntiforgeryName;
            options.Cookie.Path = "/";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = cookies.Secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            options.FormFieldName = "form";
            options.HeaderName = null;
            // The panel's own header is stricter.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddRazorPages(options => options.RootDirectory = "/Admin/Pages").AddMvcOptions(options =>
        {
            options.Filters.Add(new AutoValidateAntiforgeryTokenAttribute());
            options.Filters.Add(new PanelErrors());
        });
        return services;
    }

    /// <summary>Everything below <c>/admin</c>.</summary>
    public static WebApplication MapAdmin(this WebApplication app)
    {
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(Root, StringComparison.OrdinalIgnoreCase),
            panel => panel.Use((context, next) => context.RequestServices.GetRequiredService<PanelGate>().InvokeAsync(context, next)));
        app.MapMethods($"{Root}/assets/{{name}}", ["GET", "HEAD"], PanelAssets.ServeAsync).WithMetadata(new AssetAttribute());
        app.MapRazorPages();
        return app;
    }
}
