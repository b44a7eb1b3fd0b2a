"""The classes that the admin is built from, as the type checker should see them.

The theme ships no types, so its classes stand for the stock ones that they extend; Django's own take no type
arguments when they run.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.admin import UserAdmin
from django.forms.models import BaseInlineFormSet
from unfold.contrib.filters.admin import AutocompleteSelectFilter, FieldTextFilter
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as CheckboxSelectMultiple
from unfold.widgets import UnfoldAdminExpandableTextareaWidget as Textarea
from unfold.widgets import UnfoldAdminFileFieldWidget as FileInput
from unfold.widgets import UnfoldAdminRadioSelectWidget as RadioSelect
from unfold.widgets import UnfoldAdminSelectWidget as Select
from unfold.widgets import UnfoldAdminSingleDateWidget as DateInput
from unfold.widgets import UnfoldAdminTextInputWidget as TextInput
from unfold.widgets import UnfoldBooleanWidget as Checkbox

if TYPE_CHECKING:
    from django.contrib import admin
    from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
    from django.contrib.auth.models import User

    AdminMixin = BaseModelAdmin[Any]
    InlineMixin = InlineModelAdmin[Any, Any]
    ModelAdmin = admin.ModelAdmin[Any]
    StackedInline = admin.StackedInline[Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
    ModelForm = forms.ModelForm[Any]
    ModelChoiceField = forms.ModelChoiceField[Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
    StockUserAdmin = UserAdmin[User]
else:
    from unfold.admin import ModelAdmin, StackedInline, TabularInline

    AdminMixin = InlineMixin = object
    ModelForm = forms.ModelForm
    ModelChoiceField = forms.ModelChoiceField
    InlineFormSet = BaseInlineFormSet
    StockUserAdmin = UserAdmin

__all__ = [
    "AdminMixin",
    "AdminPasswordChangeForm",
    "AutocompleteSelectFilter",
    "Checkbox",
    "CheckboxSelectMultiple",
    "DateInput",
    "FieldTextFilter",
    "FileInput",
    "InlineFormSet",
    "InlineMixin",
    "ModelAdmin",
    "ModelChoiceField",
    "ModelForm",
    "RadioSelect",
    "Select",
    "StackedInline",
    "StockUserAdmin",
    "TabularInline",
    "TextInput",
    "Textarea",
    "UserChangeForm",
    "UserCreationForm",
    "display",
]
