using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace EncryptionService.Provisioning.Admin.Web;

/// <summary>Gives an answer that has only a status a page that says what to do.</summary>
internal sealed class PanelErrors : IAlwaysRunResultFilter, IOrderedFilter
{
    private const string View = "/Admin/Pages/Shared/Problem.cshtml";

    /// <inheritdoc/>
    public int Order => 10_000;

    /// <inheritdoc/>
    public void OnResultExecuting(ResultExecutingContext context)
    {
        var problem = context.Result switch
        {
            IAntiforgeryValidationFailedResult => new Problem(
                StatusCodes.Status400BadRequest, "This form is out of date", "Nothing was changed. You signed in or out since the page was opened, or it stayed open too long. Open it again and repeat the step."),
            StatusCodeResult { StatusCode: StatusCodes.Status404NotFound } => Problem.NotFound,
            StatusCodeResult { StatusCode: >= 400 and var status } => new Problem(status, "That did not work", "The request could not be understood, and nothing was changed."),
            _ => null,
        };
        if (problem is not null)
        {
            context.Result = new ViewResult
            {
                ViewName = View,
                StatusCode = problem.Status,
                ViewData = new ViewDataDictionary<Problem>(new EmptyModelMetadataProvider(), new ModelStateDictionary()) { Model = problem },
            };
        }
    }

    /// <inheritdoc/>
    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}

/// <summary>What went wrong, and what to do.</summary>
internal sealed record Problem(int Status, string Title, string Text)
{
    /// <summary>One answer for what is not there and for what is another organization's.</summary>
    public static Problem NotFound { get; } = new(StatusCodes.Status404NotFound, "There is no such page", "It may have been removed, or the address is not complete.");
}
